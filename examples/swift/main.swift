// The whole library in eight steps: random numbers, an array, pulses, reads, products, states, files, models.
import Glibc
import MemSimCore

let (rows, columns) = (256, 128)
let cells = rows * columns

func mean(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) } / Double(values.count) }

/// Ends the program unless a result is what it must be.
func expect(_ holds: Bool, _ what: String) { if !holds { fatalError("mismatch: \(what)") } }

func micro(_ value: Float) -> Double { (Double(value) * 1e8).rounded() / 100 }

// 1. A million normals, addressed by seed, stream and offset
var normals = [Float](repeating: 0, count: 1_000_000)
try normals.withUnsafeMutableBufferPointer { out in
  try RandomFill.normal(
    .shared, RandomKey(seed: 7, stream: 3, offset: 0), mean: 0, std: 1, out.baseAddress!, out.count)
}
print("normals: mean \(mean(normals))")
expect(abs(mean(normals)) < 0.005, "mean of the normals")

// 2. An array: word lines x bit lines, all cells in the high-resistance state
let array = try DeviceArray("synaptogen", rows: rows, columns: columns, seed: 1)

// 3. Pulses: one voltage for all cells, then one of its own for each cell of a mask
let firstHalf = (0..<cells).map { $0 % columns < columns / 2 ? UInt8(1) : 0 }  // of the bit lines
try array.apply(-1.5)
try array.apply([Float](repeating: 1.5, count: cells), where: firstHalf)

// 4. Reads at 0.2 V: currents with read noise, conductances without
let currents = try array.read(0.2)
let conductances = try array.conductance(0.2)
print("cell 0, reset: \(micro(currents[0])) uA, \(micro(conductances[0])) uS")
print("cell 127, set: \(micro(currents[127])) uA, \(micro(conductances[127])) uS")
expect(conductances[127] > 2 * conductances[0], "a set cell conducts better than a reset one")
expect(abs(mean(currents) / mean(conductances) - 0.2) < 1e-3, "Ohm's law")

// 5. A product of the crossbar: word-line voltages in, bit-line currents out
let outputs = try array.vmm([Float](repeating: 0.2, count: rows))
print("bit line 0: \(micro(outputs[0])) uA")
expect(abs(mean(outputs) / (Double(rows) * mean(currents)) - 1) < 1e-3, "currents add up")

// 6. States by name
let weights = (0..<cells).map { Float($0 % 100) / 128 }
print("mean high resistance: \(Int(mean(try array.state("HRS")))) ohm")
try array.setState("r", weights)
expect(try array.state("r") == weights, "the state set is the state read")

// 7. Files
let path = "01_synaptogen_swift.state"
try array.save(path)
let loaded = try DeviceArray.load(path)
remove(path)
print("hash: \(String(try array.hash(), radix: 16))")
expect(try loaded.hash() == array.hash(), "the loaded array is the saved one")

// 8. What the library knows
for model in DeviceModel.models {
  print("\(model.card.name): \(model.card.title), \(model.card.parameters.count) parameters")
}
