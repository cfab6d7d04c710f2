import MemSimCore

extension DeviceArray {
  /// What `save` would write.
  func saved() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: try savedSize())
    try bytes.withUnsafeMutableBytes { try write(into: $0) }
    return bytes
  }
}
