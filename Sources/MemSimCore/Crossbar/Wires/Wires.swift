import CMemSimSIMD

/// What the devices of a crossbar with wires are.
public enum WireContent: @unchecked Sendable {
  /// [rows x columns] S; with a law its parameter G, normals [rows x columns x 2] or nil for 0.
  case conductance(UnsafePointer<Double>, law: LawChoice?, normals: UnsafePointer<Double>?)
  /// The cells of an array, as they are when a call is made.
  case array(DeviceArray)
}

/// An I-V law or a selector by name, its parameters as they differ from the defaults.
public typealias LawChoice = (name: String, parameters: [(name: String, values: [Double])])

/// Devices between wires that have resistance; ohmic ones are eliminated once for many inputs.
///
/// Source: circuit as badcrossbar's (Joksas & Mehonic, SoftwareX 12, 100617, 2020), method of our own.
public final class Wires: @unchecked Sendable {
  let shape: WireShape
  /// Where columns are in rows of fields.
  let places: [Int]
  let words, bits: WireLines
  let tolerance: WireTolerance
  /// Conductances, S; of cut lines' devices 0. The largest of them.
  let g: Field
  let unit: Double
  /// nil: ohmic.
  let devices: (any WireDevices)?
  let array: DeviceArray?
  let context: Context
  private let memory: Storage<Double>
  /// Factors of ohmic devices; and fields for vectors for which single precision does not do.
  private let ladders: Storage<Float>?
  private var exact: Storage<Double>?
  private var works: [Storage<Double>] = []
  private let turn = OneAtATime("wires are")
  /// The next vector of a batch that a thread may claim.
  let next: UnsafeMutablePointer<Int64>

  public var rows: Int { shape.rows }
  public var columns: Int { shape.columns }

  /// Errors: argument, shape, memory.
  public convenience init(
    _ content: WireContent, rows: Int, columns: Int, wires: WireResistances, selector: LawChoice? = nil,
    tolerance: WireTolerance, context: Context = .shared
  ) throws(MemSimError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 1, columns >= 1, !overflow, count <= 1 << 31 else {
      throw .argument("rows and columns must be >= 1 with at most 2^31 cells, got \(rows) x \(columns)")
    }
    try wires.check(rows: rows, columns: columns)
    try requireMemory(8 * count + 100 * (rows + columns))
    let shape = WireShape(rows: rows, columns: columns)
    let chosen: Selector?
    if let selector { chosen = try Selector(selector.name, selector.parameters, rows: rows) } else { chosen = nil }
    switch content {
    case .array(let array):
      try self.init(shape, wires, array: array, tolerance, context) { (words, bits, _) in
        CellDevices(shape: shape, cells: array.cells, selector: chosen, live: Wires.live(words, bits), context: context)
      }
    case .conductance(let conductance, let law, let normals):
      try self.init(shape, wires, tolerance, context) { (words, bits, g) throws(MemSimError) in
        try Wires.copy(conductance, shape, words, bits, into: g)
        return try Wires.lawDevices(shape, g, law, normals, chosen)
      }
    }
  }

  /// - Parameter devices: writes the conductances of ohmic devices, for which it gives nil, or gives others.
  ///
  /// Errors: memory, those of `devices`.
  init(
    _ shape: WireShape, _ wires: WireResistances, array: DeviceArray? = nil, _ tolerance: WireTolerance,
    _ context: Context,
    devices make: (_ words: WireLines, _ bits: WireLines, _ g: Field) throws(MemSimError) -> (any WireDevices)?
  ) throws(MemSimError) {
    (self.shape, self.array, self.tolerance, self.context) = (shape, array, tolerance, context)
    places = shape.places
    words = .words(wires, shape)
    bits = .bits(wires, shape)
    memory = try Storage(shape.count)
    g = memory.base
    devices = try make(words, bits, g)
    (unit, ladders) = devices == nil ? try Wires.eliminate(shape, g, words, bits) : (1, nil)
    next = .allocate(capacity: 1)
  }

  deinit { next.deallocate() }

  /// The largest conductance, and ohmic devices' factors or, where single precision cannot do, nil.
  private static func eliminate(
    _ shape: WireShape, _ g: Field, _ words: WireLines, _ bits: WireLines
  ) throws(MemSimError) -> (Double, Storage<Float>?) {
    var largest = WideLanes.zero
    for at in stride(from: 0, to: shape.count, by: WireShape.width) {
      largest = WideLanes.atLeast(largest, g.vector(at))
    }
    let most = largest.max()
    let unit = most > 0 ? most : 1
    // Beyond, c of a ladder may be less than 1/10, for r e is at most 1 + r g: too small for c - 1 in single precision.
    guard unit * max(words.inner.max()!, bits.inner.max()!) <= 8 else { return (unit, nil) }
    let memory = try Storage<Float>(WireFactors<Float>.elements(shape))
    let scratch = try Storage<Double>(WireFactors<Float>.scratch(shape))
    WireFactors<Float>(shape, memory.base).update(g, unit: unit, words, bits, scratch.base)
    return (unit, memory)
  }

  private static func lawDevices(
    _ shape: WireShape, _ g: Field, _ law: LawChoice?, _ normals: UnsafePointer<Double>?, _ selector: Selector?
  ) throws(MemSimError) -> LawDevices? {
    guard law != nil || selector != nil else { return nil }
    var found = CurrentLaw(Ohmic())
    if let law { found = try Nonideality.named(law.name).currentLaw(law.parameters) }
    return try LawDevices(shape, found, g, normals: normals, selector: selector)
  }

  private static func live(_ words: WireLines, _ bits: WireLines) -> ([Double], [Double]) {
    (words.isCut.map { $0 ? 0 : 1 }, bits.isCut.map { $0 ? 0 : 1 })
  }

  private static func copy(
    _ conductance: UnsafePointer<Double>, _ shape: WireShape, _ words: WireLines, _ bits: WireLines, into g: Field
  ) throws(MemSimError) {
    let places = shape.places
    for i in 0..<shape.rows {
      let (from, to) = (conductance + i * shape.columns, g + i * shape.paddedColumns)
      for (j, place) in places.enumerated() {
        guard from[j] >= 0, from[j] <= 1e15 else {
          throw .argument("conductance must be 0...1e15 S, got \(from[j]) at row \(i), column \(j)")
        }
        to[place] = from[j]
      }
      if words.isCut[i] { to.update(repeating: 0, count: shape.paddedColumns) }
    }
    for place in places where bits.isCut[place] {
      for i in 0..<shape.rows { g[i * shape.paddedColumns + place] = 0 }
    }
  }

  /// Memory of the wires and of their solvers so far, in bytes. Errors: busy.
  public func bytes() throws(MemSimError) -> Int {
    try exclusively { () throws(MemSimError) in size }
  }

  private var size: Int {
    works.reduce(memory.bytes.count) { $0 + $1.bytes.count } + (ladders?.bytes.count ?? 0) + (exact?.bytes.count ?? 0)
      + (devices is LawDevices ? 32 * shape.count : 0)
  }

  /// Runs `body` unless another thread is in a call on these wires, or on their array.
  func exclusively<R>(_ body: () throws(MemSimError) -> R) throws(MemSimError) -> R {
    try turn.run { () throws(MemSimError) in
      guard let array else { return try body() }
      return try array.exclusively(body)
    }
  }

  /// Current from the near terminal of word line i, A, by the devices'.
  func wordEntry(_ device: Field, _ i: Int) -> Double {
    var (sum, sums) = (0.0, 0.0)
    for (j, place) in places.enumerated() {
      sum += device[i * shape.paddedColumns + place]
      if j < columns - 1 { sums += sum }
    }
    return words.entry[i].0 * sum + words.entry[i].1 * sums
  }

  var hasCuts: Bool { words.isCut.contains(true) || bits.isCut.contains(true) }
  func isCut(_ row: Int, _ place: Int) -> Bool { words.isCut[row] || bits.isCut[place] }

  /// Whether ohmic devices see all that is applied.
  var isIdeal: Bool { devices == nil && words.isIdeal && bits.isIdeal }

  private var kind: WireWork.Kind { ladders == nil ? .double : .single }

  /// Fields for so many solves at once. Errors: memory.
  func reserve(_ workers: Int) throws(MemSimError) {
    while works.count < workers { works.append(try Storage(WireWork.elements(shape, kind))) }
  }

  func work(_ worker: Int) -> WireWork { WireWork(shape, kind, works[worker].base) }

  /// Fields for a solve of ohmic devices in double precision. Errors: memory.
  func exactWork() throws(MemSimError) -> WireWork {
    if exact == nil { exact = try Storage(WireWork.elements(shape, .double)) }
    return WireWork(shape, .double, exact!.base)
  }

  /// Of kind `single`.
  var factors: WireFactors<Float> { WireFactors(shape, ladders!.base) }
}
