import MemSimCore

extension DeviceArray {
  func apply(_ volts: Float) throws {
    try withUnsafeBytes(of: volts) { (p) throws in try apply(Operand(p.baseAddress!, .float, count: 1)) }
  }

  func apply(_ volts: [Float], where mask: [UInt8]? = nil) throws {
    try volts.withUnsafeBytes { p in
      let operand = Operand(p.baseAddress!, .float, count: volts.count)
      if let mask {
        try mask.withUnsafeBufferPointer { try apply(operand, where: $0.baseAddress) }
      } else {
        try apply(operand)
      }
    }
  }

  func read(_ volts: Float, noise: ReadNoise? = nil) throws -> [Float] {
    var out = [Float](repeating: .nan, count: count)
    try withUnsafeBytes(of: volts) { p in
      try out.withUnsafeMutableBytes {
        try read(Operand(p.baseAddress!, .float, count: 1), noise: noise, into: $0.baseAddress!)
      }
    }
    return out
  }

  func state(_ name: String) throws -> [Float] {
    var out = [Float](repeating: .nan, count: count)
    try out.withUnsafeMutableBytes { try state(name, into: $0.baseAddress!, .float, count: count) }
    return out
  }

  func setState(_ name: String, _ values: [Float], where mask: [UInt8]? = nil) throws {
    try values.withUnsafeBytes { p in
      let operand = Operand(p.baseAddress!, .float, count: values.count)
      if let mask {
        try mask.withUnsafeBufferPointer { try setState(name, to: operand, where: $0.baseAddress) }
      } else {
        try setState(name, to: operand)
      }
    }
  }

  func saved() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: try savedSize())
    try bytes.withUnsafeMutableBytes { try write(into: $0) }
    return bytes
  }
}
