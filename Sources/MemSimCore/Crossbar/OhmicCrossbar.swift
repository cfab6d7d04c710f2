import Glibc

/// The read noise of a product with a matrix of conductances.
public struct OhmicNoise: Sendable {
  let form: ColumnNoise
  let model: ReadNoise
  let seed: UInt64
  let stream: UInt64
  let offset: UInt64

  /// Vector b of a batch draws under `offset` + b.
  public init(
    _ form: ColumnNoise, _ model: ReadNoise = ReadNoise(), seed: UInt64 = 0, stream: UInt64 = 0, offset: UInt64 = 0
  ) {
    (self.form, self.model) = (form, model)
    (self.seed, self.stream, self.offset) = (seed, stream, offset)
  }

  /// Distinct pairs of seed and stream share a key with probability 2^-64.
  var key: UInt64 { Seed.scramble(Seed.scramble(seed) &+ stream) }
}

/// Bit-line currents y = v G of a crossbar of ohmic cells without wire resistance. Without noise, a dense product.
///
/// Every current has the sum of its cells' Johnson and shot noise. The bits of a vector's currents depend neither on
/// the rest of the batch nor on the threads. Values that are not finite pass through as IEEE 754 has it.
public enum OhmicCrossbar {
  /// - Parameters:
  ///   - conductance: [rows x columns] S.
  ///   - volts: [batch x rows] V. With noise, voltages within 1e-12 V of 0 count as +-1e-12 V.
  ///   - out: [batch x columns] A; must not overlap the inputs.
  ///
  /// Allocates scratch, except without noise for up to 12 vectors. Errors: memory.
  public static func currents(
    _ conductance: UnsafePointer<Float>, rows: Int, columns: Int, volts: UnsafePointer<Float>, batch: Int,
    noise: OhmicNoise, into out: UnsafeMutablePointer<Float>, context: Context = .shared
  ) throws(MemSimError) {
    let product = OhmicProduct<Float>(conductance: conductance, rows: rows, columns: columns, volts: volts, out: out)
    try product.run(batch, noise, context)
  }

  /// As above, in double precision.
  public static func currents(
    _ conductance: UnsafePointer<Double>, rows: Int, columns: Int, volts: UnsafePointer<Double>, batch: Int,
    noise: OhmicNoise, into out: UnsafeMutablePointer<Double>, context: Context = .shared
  ) throws(MemSimError) {
    let product = OhmicProduct<Double>(conductance: conductance, rows: rows, columns: columns, volts: volts, out: out)
    try product.run(batch, noise, context)
  }
}

private struct OhmicProduct<Element: NoisyElement> {
  let conductance: UnsafePointer<Element>
  let rows: Int
  let columns: Int
  let volts: UnsafePointer<Element>
  let out: UnsafeMutablePointer<Element>

  /// Vectors whose coefficients are held at a time.
  private var maxVectors: Int { 256 }

  func run(_ batch: Int, _ noise: OhmicNoise, _ context: Context) throws(MemSimError) {
    if batch == 0 || columns == 0 { return }
    if noise.form == .none {
      let shape = DenseShape(rows: batch, depth: rows, columns: columns)
      return try DenseProduct<AsStored<Element>>(a: volts, b: conductance, c: out, shape: shape).run(context)
    }
    guard noise.form != .perCell || rows * columns <= EventNormals.elements else {
      throw .argument("noise by cell has normals for 2^34 cells, rows * columns is \(rows * columns)")
    }
    let scratch = try OhmicScratch<Element>(vectors: min(batch, maxVectors), rows: rows)
    defer { scratch.free() }
    scratch.setSigned(batch > 1 && noise.form == .perColumn && isNowhereNegative)
    for first in stride(from: 0, to: batch, by: maxVectors) {
      try read(first, min(maxVectors, batch - first), noise, scratch, context)
    }
  }

  /// Then |I| is a product too, which pays for more than one vector. It has the bits of a sum of single |I|.
  private var isNowhereNegative: Bool {
    var least = Element.Lanes.zero
    let whole = rows &* columns / Element.lanes &* Element.lanes
    for index in stride(from: 0, to: whole, by: Element.lanes) {
      least = Element.least(least, Element.load(conductance + index))
    }
    let rest = whole..<rows &* columns
    return (0..<Element.lanes).allSatisfy { least[$0] >= 0 } && rest.allSatisfy { conductance[$0] >= 0 }
  }

  private func read(
    _ first: Int, _ count: Int, _ noise: OhmicNoise, _ scratch: OhmicScratch<Element>, _ context: Context
  ) throws(MemSimError) {
    let from = volts + first * rows
    context.parallel(count) { scratch.set($0 &* rows, from + $0 &* rows, count: rows, noise.model) }
    let coefficients = ReadCoefficients(
      offsets: nil, slopes: scratch.slopes, densities: scratch.densities, isSigned: scratch.isSigned)
    try BatchRead<AsStored<Element>>(
      plane: conductance, rows: rows, columns: columns, coefficients: coefficients, batch: count,
      events: ReadEvents(key: noise.key, firstEvent: noise.offset &+ UInt64(first)), out: out + first * columns
    ).run(noise.form, context)
  }
}

/// Coefficients [vectors x rows] of reads of ohmic cells: I = x v, with x the conductance.
private struct OhmicScratch<Element: NoisyElement> {
  let slopes: UnsafeMutablePointer<Element>
  let densities: UnsafeMutablePointer<Element>
  let isSigned: UnsafeMutablePointer<Bool>
  private let vectors: Int

  /// Errors: memory.
  init(vectors: Int, rows: Int) throws(MemSimError) {
    let elements = vectors * rows
    let bytes = 2 * elements * MemoryLayout<Element>.stride + vectors
    guard let raw = malloc(max(bytes, 1)) else { throw .memory("\(bytes) bytes of scratch are not to be had") }
    slopes = raw.bindMemory(to: Element.self, capacity: 2 * elements)
    densities = slopes + elements
    isSigned = (raw + 2 * elements * MemoryLayout<Element>.stride).bindMemory(to: Bool.self, capacity: vectors)
    self.vectors = vectors
  }

  func free() { Glibc.free(slopes) }

  func setSigned(_ value: Bool) { isSigned.update(repeating: value, count: vectors) }

  /// Sets `count` coefficients from `first` on, of as many voltages [V].
  func set(_ first: Int, _ volts: UnsafePointer<Element>, count: Int, _ noise: ReadNoise) {
    for start in stride(from: 0, to: count, by: 16) {
      var lanes = FloatLanes(repeating: 1)
      for i in start..<min(start &+ 16, count) {
        let slope = volts[i].magnitude < 1e-12 ? Element(signOf: volts[i], magnitudeOf: 1e-12) : volts[i]
        slopes[first &+ i] = slope
        lanes[i &- start] = Float(slope)
      }
      let density = noise.density(lanes)
      for i in start..<min(start &+ 16, count) {
        densities[first &+ i] = Element(signOf: volts[i], magnitudeOf: Element(density[i &- start]))
      }
    }
  }
}
