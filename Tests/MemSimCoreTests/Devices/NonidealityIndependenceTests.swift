import Foundation
import MemSimCore
import Testing

/// Nothing that happens to a device tells of anything else: 1.3e5 devices, at five standard errors.
@Suite struct NonidealityIndependenceTests {
  private static let lognormal: Nonidealities = [("lognormal", [("sigma_on", [0.3]), ("sigma_off", [0.3])])]
  private static let drift: Nonidealities = [("drift", [("time", [1e3]), ("nu_std", [0.1])])]

  private func logs(_ devices: Population) -> [Double] { devices.conductance.map { log($0 / devices.target) } }

  @Test func spreadAndDrift() throws {
    let spread = logs(try Population(Self.lognormal))
    let both = logs(try Population(Self.lognormal + Self.drift))
    expectUncorrelated(spread, zip(both, spread).map { $0 - $1 }, "spread and drift")
  }

  /// Of two kinds of stuck devices the later wins; which devices they are does not depend on each other.
  @Test func kindsOfStuckDevices() throws {
    let (p, q) = (0.4, 0.3)
    let on = try Population([("stuck-at-on", [("probability", [p])])])
    let both = try Population([("stuck-at-on", [("probability", [p])]), ("stuck-at-off", [("probability", [q])])])
    let first = on.conductance.map { $0 == siox.on ? 1.0 : 0 }
    let second = both.conductance.map { $0 == siox.off ? 1.0 : 0 }
    expectMean(second, q, "stuck at G_off")
    expectMean(both.conductance.map { $0 == siox.on ? 1.0 : 0 }, p * (1 - q), "stuck at G_on alone")
    expectUncorrelated(first, second, "stuck-at-on and stuck-at-off")
  }

  /// Which device is stuck, at which of the means, and how far from it.
  @Test func partsOfTheStuckDistribution() throws {
    let p = 0.4
    let devices = try Population([
      ("stuck-distribution", [("means", [2e-4, 3e-4, 4e-4]), ("bandwidth", [1e-6]), ("probability", [p])])
    ])
    let stuck = devices.conductance.filter { $0 > 1e-4 }
    let means = stuck.map { ($0 * 1e4).rounded() }
    let offsets = zip(stuck, means).map { ($0 - $1 * 1e-4) / 1e-6 }
    expectMean(offsets, 0, "offset")
    expectVariance(offsets, mean: 0, 1, "offset")
    expectUncorrelated(means, offsets, "mean and offset")
    let spread = logs(try Population(Self.lognormal))
    expectUncorrelated(spread, devices.conductance.map { $0 > 1e-4 ? 1 : 0 }, "spread and being stuck")
  }

  /// A later stage leaves the draws of an earlier one as they are, and the order given is that of the stages.
  @Test func stagesOrderThemselves() throws {
    let layers = [
      Self.lognormal + Self.drift + [("stuck-at-on", [])], [("stuck-at-on", [])] + Self.drift + Self.lognormal,
      Self.drift + [("stuck-at-on", [])] + Self.lognormal,
    ].map { try! Population($0).conductance }
    #expect(layers[1] == layers[0] && layers[2] == layers[0])
    let (spread, both) = (try Population(Self.lognormal), try Population(Self.lognormal + [("stuck-at-on", [])]))
    #expect(zip(spread.conductance, both.conductance).allSatisfy { $1 == $0 || $1 == siox.on })
  }

  @Test func keysAndNeighbours() throws {
    let first = logs(try Population(Self.lognormal))
    let others: [(String, LayerKey)] = [
      ("seeds", LayerKey(seed: 78)), ("streams", LayerKey(seed: 77, stream: 1)), ("calls", LayerKey(seed: 77, call: 1)),
      ("a seed and a stream", LayerKey(seed: 76, stream: 1)),
    ]
    for (what, key) in others { expectUncorrelated(first, logs(try Population(Self.lognormal, key)), what) }
    for (what, step) in [("+ and -", 1), ("columns", 2), ("blocks", 16), ("rows", 256), ("fours of rows", 1024)] {
      expectUncorrelated(Array(first.dropLast(step)), Array(first.dropFirst(step)), "neighbouring \(what)")
    }
  }

  /// Devices of samples that draw their own, and normals of the law within and between them.
  @Test func samples() throws {
    let pairs = try PairCurrents(Self.lognormal, volts: (0.1, 0.2))
    let logs = pairs.first.map { log($0 / 0.1) }
    for step in [1, 2, 32] { expectUncorrelated(Array(logs.dropLast(step)), Array(logs.dropFirst(step)), "samples") }
    #expect(zip(pairs.first, pairs.second).allSatisfy { abs($1 / $0 - 2) < 1e-12 }, "the same devices at both voltages")
  }

  /// What different purposes draw for the same devices: spread, drift, stuck devices, law and read noise.
  @Test func purposes() {
    let key = LayerKey(seed: 80, stream: 3, call: 4)
    let (law, noise) = (DeviceNumbers.law, DeviceNumbers.noise)
    let addresses = [(0, 0), (0, 1), (1, 0), (2, 0), (noise, 0), (law, 0), (law, 1), (law, 2)]
    let planes = addresses.map { DeviceNumbers(key, 512, 256).plane(0, position: $0.0, channel: $0.1) }
    for i in planes.indices {
      for j in 0..<i { expectUncorrelated(planes[i], planes[j], "numbers of \(addresses[i]) and \(addresses[j])") }
    }
  }
}
