import CMemSim
import Glibc

@_cdecl("memsim_version") @implementation
public func memsim_version() -> Int32 {
  MEMSIM_VERSION_MAJOR * 1_000_000 + MEMSIM_VERSION_MINOR * 1_000 + MEMSIM_VERSION_PATCH
}

nonisolated(unsafe) private let buildInfo: UnsafePointer<CChar> = {
  #if MEMSIM_V4
    let target = "x86-64-v4"
  #elseif arch(x86_64)
    let target = "x86-64-v3"
  #else
    let target = "arm64"
  #endif
  #if compiler(>=6.3)
    let compiler = "Swift 6.3 or later"
  #else
    let compiler = "Swift 6.2"
  #endif
  let version = "\(MEMSIM_VERSION_MAJOR).\(MEMSIM_VERSION_MINOR).\(MEMSIM_VERSION_PATCH)"
  return UnsafePointer(strdup("memsim \(version) (\(target), \(compiler))"))
}()

@_cdecl("memsim_build_info") @implementation
public func memsim_build_info() -> UnsafePointer<CChar>! { buildInfo }

@_cdecl("memsim_last_error") @implementation
public func memsim_last_error() -> UnsafePointer<CChar>! { LastError.current }
