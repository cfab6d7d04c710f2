import CMemSimSIMD
import Glibc

/// A path as the system has it: bytes, not necessarily UTF-8.
public struct FilePath: Sendable {
  private let bytes: [CChar]

  public init(_ path: String) { bytes = Array(path.utf8CString) }
  public init(_ path: UnsafePointer<CChar>) { bytes = Array(UnsafeBufferPointer(start: path, count: strlen(path) + 1)) }

  private init(_ bytes: [CChar]) { self.bytes = bytes }

  private func appending(_ suffix: String) -> FilePath { FilePath(bytes.dropLast() + suffix.utf8CString) }

  private func failure(_ what: String) -> MemSimError {
    let reason = String(cString: strerror(errno))
    return .file("path \"\(String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))\" cannot be \(what): \(reason)")
  }

  /// The whole file. Errors: file (also for what is not a plain file), memory.
  func contents() throws(MemSimError) -> Storage<UInt8> {
    // Not blocking: a pipe would otherwise wait for a writer.
    let descriptor = open(bytes, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("read") }
    defer { Glibc.close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw failure("read") }
    guard info.st_mode & S_IFMT == S_IFREG else {
      errno = EINVAL
      throw failure("read, it is not a plain file")
    }
    let buffer = try Storage<UInt8>(Int(info.st_size))
    var done = 0
    while done < buffer.count {
      let got = Glibc.read(descriptor, buffer.base + done, buffer.count - done)
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw failure("read whole") }
      done += got
    }
    return buffer
  }

  /// A new, empty file in the same folder, of a name no other call has. Errors: file.
  func createBeside() throws(MemSimError) -> PartialFile {
    let number = ms_atomic_next(partialFiles)
    let path = appending(".\(getpid()).\(number).partial")
    let descriptor = open(path.bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0, let file = fdopen(descriptor, "wb") else { throw failure("written") }
    return PartialFile(path: path, file: file)
  }

  /// A file that is being written and will take another's place.
  struct PartialFile {
    fileprivate let path: FilePath
    let file: UnsafeMutablePointer<FILE>

    /// Puts the file in the place of `target` if all was `stored`. Errors: file; `discard` is then due.
    func close(_ stored: Bool, replacing target: FilePath) throws(MemSimError) {
      guard stored, fflush(file) == 0, fsync(fileno(file)) == 0, rename(path.bytes, target.bytes) == 0 else {
        throw target.failure("written")
      }
      fclose(file)
    }

    func discard() {
      fclose(file)
      unlink(path.bytes)
    }
  }
}

/// Numbers partial files of this process apart.
nonisolated(unsafe) private let partialFiles: UnsafeMutablePointer<Int64> = {
  let counter = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
  counter.initialize(to: 0)
  return counter
}()
