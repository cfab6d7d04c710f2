import Glibc

/// Aligned, zeroed memory of a fixed number of elements; freed with its owner.
public final class Storage<Element: BitwiseCopyable>: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Element>
  public let count: Int
  private let raw: UnsafeMutableRawPointer

  /// Errors: memory, if the machine has not that much to give.
  public init(_ count: Int) throws(MemSimError) {
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    raw = try allocate(bytes)
    base = raw.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  deinit { free(raw) }

  public var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: raw, count: count * MemoryLayout<Element>.stride)
  }
}

/// The elements of a storage by blocks of sixteen cells, without its ownership: what kernels work on.
package struct Plane<Element: SIMDScalar & BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>

  init(_ storage: Storage<Element>) { base = storage.base }

  @inline(__always)
  subscript(block: Int) -> SIMD16<Element> {
    get { UnsafeRawPointer(base + block &* 16).load(as: SIMD16<Element>.self) }
    nonmutating set { UnsafeMutableRawPointer(base + block &* 16).storeBytes(of: newValue, as: SIMD16<Element>.self) }
  }
}

/// Large blocks are aligned for huge pages: the history of a million cells spans 40,000 small ones.
private func allocate(_ bytes: Int) throws(MemSimError) -> UnsafeMutableRawPointer {
  let hugePage = 2 << 20
  try requireMemory(bytes)
  var pointer: UnsafeMutableRawPointer?
  guard posix_memalign(&pointer, bytes >= 2 * hugePage ? hugePage : 64, bytes) == 0, let pointer else {
    throw .memory("\(bytes) bytes are not to be had")
  }
  if bytes >= 2 * hugePage { madvise(pointer, bytes, MADV_HUGEPAGE) }
  memset(pointer, 0, bytes)
  return pointer
}

/// Throws if `bytes` more than what the system and the control group leave would be used: an allocation beyond it
/// would succeed on paper and get the host process killed when touched.
public func requireMemory(_ bytes: Int) throws(MemSimError) {
  guard bytes > 64 << 20 else { return }
  let available = availableMemory()
  if bytes > available {
    throw .memory("\(bytes >> 20) MiB are needed, \(available >> 20) MiB are available")
  }
}

private func availableMemory() -> Int {
  var available = Int.max
  if let text = readText("/proc/meminfo"), let line = firstNumber(in: text, after: "MemAvailable:") {
    available = line << 10
  }
  let group = "/sys/fs/cgroup/memory."
  if let limit = readText(group + "max").flatMap({ firstNumber(in: $0, after: "") }),
    let used = readText(group + "current").flatMap({ firstNumber(in: $0, after: "") })
  {
    available = min(available, max(limit - used, 0))
  }
  return available
}

private func readText(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { buffer in
    let length = fread(buffer.baseAddress, 1, buffer.count, file)
    return String(decoding: buffer[..<length], as: UTF8.self)
  }
}

/// The digits that follow `label`, blanks skipped.
private func firstNumber(in text: String, after label: String) -> Int? {
  var rest = Substring(text)
  while !rest.isEmpty, !rest.hasPrefix(label) {
    guard let newline = rest.firstIndex(of: "\n") else { return nil }
    rest = rest[rest.index(after: newline)...]
  }
  let digits = rest.dropFirst(label.count).drop { $0 == " " || $0 == "\t" }.prefix { $0.isNumber }
  return Int(digits)
}
