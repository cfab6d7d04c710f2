import CMemSim
import Glibc
import MemSimCore

// All that is special about being called from C: null pointers, sizes, handles, messages. Every other file of this
// target is a translation.

/// Runs a call's body; a thrown error becomes this thread's message and the status.
@inline(__always)
func guarded(_ body: () throws(MemSimError) -> Void) -> memsim_status {
  do {
    try body()
    return MEMSIM_OK
  } catch {
    return LastError.report(error)
  }
}

/// The pointer a caller passed. Errors: argument, naming it, if it is NULL.
@inline(__always)
func required<T>(_ pointer: T?, _ name: StaticString) throws(MemSimError) -> T {
  guard let pointer else { throw .argument("\(name) is NULL") }
  return pointer
}

/// A size_t as a count of elements of `stride` bytes. Errors: shape, if no buffer can be that large.
@inline(__always)
func counted(_ count: Int, _ name: StaticString, stride: Int = 8) throws(MemSimError) -> Int {
  guard count >= 0, count <= Int.max / (2 * stride) else {
    throw .shape("\(name) must be below 2^59, got \(UInt(bitPattern: count))")
  }
  return count
}

/// The text a caller passed. Errors: argument, if it is NULL.
func text(_ pointer: UnsafePointer<CChar>?, _ name: StaticString) throws(MemSimError) -> String {
  String(cString: try required(pointer, name))
}

/// The object behind a handle. Errors: argument, if it is NULL.
@inline(__always)
func object<T: AnyObject>(_ handle: OpaquePointer?, _ type: T.Type, _ name: StaticString) throws(MemSimError) -> T {
  let handle = try required(handle, name)
  return Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

@inline(__always)
func array(_ handle: OpaquePointer?) throws(MemSimError) -> DeviceArray {
  try object(handle, DeviceArray.self, "array")
}

/// The context behind a handle; NULL is the process-wide one.
@inline(__always)
func context(_ handle: OpaquePointer?) -> Context {
  guard let handle else { return .shared }
  return Unmanaged<Context>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

func makeHandle(_ object: AnyObject) -> OpaquePointer {
  OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

func destroyHandle(_ handle: OpaquePointer?) {
  if let handle { Unmanaged<AnyObject>.fromOpaque(UnsafeRawPointer(handle)).release() }
}

/// Precision of a real buffer. Errors: argument, for any other element type.
@inline(__always)
func precision(_ dtype: memsim_dtype) throws(MemSimError) -> Precision {
  switch dtype {
  case MEMSIM_FLOAT32: return .float
  case MEMSIM_FLOAT64: return .double
  default: throw .argument("dtype must be MEMSIM_FLOAT32 or MEMSIM_FLOAT64, got \(dtype.rawValue)")
  }
}

/// A caller's buffer of 1 or as many values as there are cells.
@inline(__always)
func operand(
  _ data: UnsafeRawPointer?, _ dtype: memsim_dtype, _ count: Int, _ name: StaticString
) throws(MemSimError) -> Operand {
  let data = try required(data, name)
  let precision = try precision(dtype)
  guard count > 0 else { throw .shape("\(name) must have 1 or rows * columns values, got \(count)") }
  return Operand(data, precision, count: count)
}

/// Writes the first `size` bytes of a struct of defaults, its own size first.
func writeDefaults<T>(_ defaults: T, to out: UnsafeMutablePointer<T>?, size: Int) throws(MemSimError) {
  let out = try required(out, "def")
  try checkSize(size, T.self)
  var defaults = defaults
  withUnsafeMutableBytes(of: &defaults) {
    $0.storeBytes(of: UInt32(size), as: UInt32.self)
    UnsafeMutableRawPointer(out).copyMemory(from: $0.baseAddress!, byteCount: size)
  }
}

/// A caller's struct, the fields it does not know of filled with defaults; NULL is the defaults.
func readDef<T>(_ def: UnsafePointer<T>?, defaults: T) throws(MemSimError) -> T {
  guard let def else { return defaults }
  let size = Int(UnsafeRawPointer(def).loadUnaligned(as: UInt32.self))
  try checkSize(size, T.self)
  var full = defaults
  withUnsafeMutableBytes(of: &full) { $0.copyMemory(from: UnsafeRawBufferPointer(start: def, count: size)) }
  return full
}

/// Fills a caller's card up to the size it set.
func writeCard<T>(_ card: T, to out: UnsafeMutablePointer<T>?) throws(MemSimError) {
  let out = try required(out, "out")
  let size = Int(UnsafeRawPointer(out).loadUnaligned(as: UInt32.self))
  try writeDefaults(card, to: out, size: size)
}

/// Errors: argument, for a card whose size `writeCard` would refuse.
func checkCard<T>(_ card: UnsafeMutablePointer<T>) throws(MemSimError) {
  try checkSize(Int(UnsafeRawPointer(card).loadUnaligned(as: UInt32.self)), T.self)
}

/// Older callers know a beginning of the struct. Every field lies within one multiple of 8 bytes, so that such a
/// beginning never splits one.
private func checkSize<T>(_ size: Int, _ type: T.Type) throws(MemSimError) {
  guard size >= 8, size <= MemoryLayout<T>.size, size % 8 == 0 else {
    throw .argument("size must be that of the struct, \(MemoryLayout<T>.size) or an older, smaller one, got \(size)")
  }
}

/// One message per thread, kept as a C string so that the caller can read it.
enum LastError {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { free($0) }
    return key
  }()
  nonisolated(unsafe) private static let none: UnsafePointer<CChar> = UnsafePointer(strdup(""))

  static func report(_ error: MemSimError) -> memsim_status {
    let (status, text) =
      switch error {
      case .argument(let text): (MEMSIM_ERR_ARGUMENT, text)
      case .shape(let text): (MEMSIM_ERR_SHAPE, text)
      case .convergence(let text): (MEMSIM_ERR_CONVERGENCE, text)
      case .memory(let text): (MEMSIM_ERR_MEMORY, text)
      case .file(let text): (MEMSIM_ERR_FILE, text)
      case .format(let text): (MEMSIM_ERR_FORMAT, text)
      case .busy(let text): (MEMSIM_ERR_BUSY, text)
      }
    free(pthread_getspecific(key))
    pthread_setspecific(key, strdup(text))
    return status
  }

  static var current: UnsafePointer<CChar> {
    pthread_getspecific(key).map { UnsafePointer($0.assumingMemoryBound(to: CChar.self)) } ?? none
  }
}
