/// What a compound does with its cells: one file each in Tiles/Compounds.
///
/// Cells are tiles of their own, whose products are the compound's reads of them. Source: IBM aihwkit's compound devices.
protocol CompoundRule: AnyObject {
  static var card: ModelCard { get }
  static var cells: ClosedRange<Int> { get }
  static var writes: [(name: String, values: [Double])] { get }
  static var readsPlainly: Bool { get }

  /// Errors: argument, shape.
  init(_ plan: CompoundPlan) throws(MemSimError)

  /// What products see is their sum.
  var terms: [CompoundTerm] { get }
  /// What a cell is given of weights that are written.
  func share(_ cell: Int) -> CompoundShare

  /// How many of the run's vectors go in one go, 1...count: up to the first that something happens after.
  func length(_ run: CompoundRun) -> Int
  /// Pulses cells with so many. Errors: memory.
  func pulse(_ run: CompoundRun) throws(MemSimError)
  /// What happens after them. Errors: memory.
  func finish(_ run: CompoundRun) throws(MemSimError)

  /// What it keeps besides its cells: counts, numbers of lines, and matrices [inputs x stride] with their names on the card.
  var numbers: [UInt64] { get set }
  var lines: [Storage<Float>] { get }
  var matrices: [(name: String, plane: Storage<Float>)] { get }
}

extension CompoundRule {
  static var writes: [(name: String, values: [Double])] { [] }
  static var readsPlainly: Bool { true }

  func length(_ run: CompoundRun) -> Int { run.count }
  func finish(_ run: CompoundRun) throws(MemSimError) {}

  var numbers: [UInt64] {
    get { [] }
    set {}
  }
  var lines: [Storage<Float>] { [] }
  var matrices: [(name: String, plane: Storage<Float>)] { [] }
}

/// A cell's weights times a factor; with choppers also times that of the input and that of the output.
struct CompoundTerm {
  let cell: Int
  let factor: Float
  var choppers: (inputs: Storage<Float>, outputs: Storage<Float>)?
}

/// A cell's part of weights W.
enum CompoundShare {
  /// What it has stays.
  case none
  case times(Float)
  /// max(W, 0), max(-W, 0), min(W, 0).
  case positive, negative, below

  func callAsFunction(_ w: Float) -> Float {
    switch self {
    case .none: 0
    case .times(let factor): w * factor
    case .positive: max(w, 0)
    case .negative: max(-w, 0)
    case .below: min(w, 0)
    }
  }
}

/// Vectors on their way to cells.
struct CompoundRun {
  /// x [count x inputs], d [count x outputs].
  let x, d: UnsafePointer<Float>
  let count: Int
  /// Vectors of the compound's life before them.
  let first: UInt64
  /// Vectors of the call they came in.
  let batch: Int
  let rate: Double
  /// Philox key of the compound's own random numbers.
  let key: UInt64

  var last: UInt64 { first &+ UInt64(count) }

  func part(_ start: Int, _ count: Int, inputs: Int, outputs: Int) -> CompoundRun {
    CompoundRun(
      x: x + start * inputs, d: d + start * outputs, count: count, first: first &+ UInt64(start), batch: batch, rate: rate,
      key: key)
  }

  /// How many are left until the number of vectors is a multiple of `period`, at most all; 0: it never is.
  func left(_ period: Int) -> Int {
    period == 0 ? count : min(count, period - Int(first % UInt64(period)))
  }

  /// Whether the number of vectors is one now.
  func ends(_ period: Int) -> Bool { period > 0 && last % UInt64(period) == 0 }

  /// Vectors of `every`, in units of the call's batch or one.
  func period(_ every: Double, ofBatches: Bool) -> Int {
    let vectors = ofBatches ? (every * Double(batch)).rounded(.up) : every.rounded()
    return Int(min(vectors, 1e15))
  }

  /// As they are.
  func pulses(_ rate: Double) -> PulseRun { PulseRun(x: x, d: d, count: count) { _ in rate } }
}
