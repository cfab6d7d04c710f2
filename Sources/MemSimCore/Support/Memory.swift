import Glibc

/// Aligned, zeroed memory of a fixed number of elements; freed with its owner.
public final class Storage<Element: BitwiseCopyable>: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Element>
  public let count: Int
  private let region: Region

  /// Errors: memory, if the machine has not that much to give.
  public init(_ count: Int) throws(MemSimError) {
    region = try Region(bytes: max(count, 1) * MemoryLayout<Element>.stride)
    base = region.start.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  /// Errors: memory.
  convenience init(copyOf bytes: UnsafeMutableRawBufferPointer) throws(MemSimError) where Element == UInt8 {
    try self.init(bytes.count)
    self.bytes.copyMemory(from: UnsafeRawBufferPointer(bytes))
  }

  deinit { region.release() }

  public var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: count * MemoryLayout<Element>.stride)
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

/// Zeroed memory from the heap, or, where large, from the system: pages that come zeroed, first touched by the thread
/// that works on them, and huge ones if the system has them (the history of a million cells spans 40,000 small ones).
private struct Region {
  private static let hugePage = 2 << 20
  let start: UnsafeMutableRawPointer
  private let mapped: Int

  init(bytes: Int) throws(MemSimError) {
    try requireMemory(bytes)
    let large = bytes >= 2 * Region.hugePage
    guard let start = large ? Region.map(bytes) : Region.allocate(bytes) else {
      throw .memory("\(bytes) bytes are not to be had")
    }
    (self.start, mapped) = (start, large ? bytes : 0)
  }

  private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, 64, bytes) == 0, let pointer else { return nil }
    return memset(pointer, 0, bytes)
  }

  /// Aligned to huge pages: what is mapped too much at either end is given back.
  private static func map(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let length = rounded(bytes)
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let raw = mmap(nil, length + hugePage, PROT_READ | PROT_WRITE, flags, -1, 0), raw != MAP_FAILED else { return nil }
    let before = (hugePage - Int(bitPattern: raw) % hugePage) % hugePage
    if before > 0 { munmap(raw, before) }
    if before < hugePage { munmap(raw + before + length, hugePage - before) }
    madvise(raw + before, length, MADV_HUGEPAGE)
    return raw + before
  }

  private static func rounded(_ bytes: Int) -> Int { (bytes + hugePage - 1) / hugePage * hugePage }

  func release() {
    if mapped > 0 { munmap(start, Region.rounded(mapped)) } else { free(start) }
  }
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
