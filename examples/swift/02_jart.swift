// A cell with physics in five steps: the model, pulses with a duration, training pulses, a waveform, variety.
import MemSimCore

@main
enum JartExample {
  /// Ends the program unless a result is what it must be.
  static func expect(_ holds: Bool, _ what: String) { if !holds { fatalError("mismatch: \(what)") } }

  static func micro(_ value: Float) -> Int { Int((1e6 * value).rounded()) }

  static func main() throws {
    // 1. What the model is
    let model = try DeviceModel.named("jart-vcm-v1b")
    print("\(model.card.title): |V| <= \(model.card.voltageLimit) V")

    // 2. Pulses: a voltage [V] for a time [s], for every cell its own. At -0.75 V this cell switches after 58 us.
    let cells = try DeviceArray("jart-vcm-v1b", rows: 1, columns: 3)
    try cells.apply([-0.75], durations: [20e-6, 57e-6, 60e-6])
    let n = try cells.state("N")
    print("N after 20, 57 and 60 us: \(n)")
    expect(n[0] < n[1] && n[1] < 0.4 && n[2] > 0.4, "switched between 57 and 60 us")

    // 3. Training pulses: +n SET, -n RESET
    try cells.setState("N", [0.15])
    let before = try cells.conductance(0.2)[0]
    try cells.pulse([100, 200, -100])
    let after = try cells.conductance(0.2)
    print("conductance: \(micro(before)) uS, then \(after.map(micro)) uS")
    expect(after[1] > after[0] && after[0] > before && before > after[2], "up and down")

    // 4. A waveform at 1 V/s, for fifty cells that differ from device to device and from cycle to cycle
    let varied = try DeviceArray(
      "jart-vcm-v1b", rows: 1, columns: 50, seed: 1, options: [(name: "variability", choice: "d2d+c2c")])
    let times = (0...600).map { 2.5e-3 * Double($0) }
    let currents = try varied.sweep(times: times, volts: times.map { -$0 })

    // 5. How they vary: where the current first passes 0.1 mA
    let switched = (0..<50).map { cell in times[(0...600).first { currents[$0 * 50 + cell] < -1e-4 } ?? 0] }
    print("SET between \(-switched.max()!) and \(-switched.min()!) V")
    expect(switched.min()! > 0.4 && switched.max()! < 1.2 && switched.min()! < switched.max()!, "spread of the SET voltages")
  }
}
