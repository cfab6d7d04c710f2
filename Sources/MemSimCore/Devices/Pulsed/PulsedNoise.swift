/// What random numbers of a tile are for: purposes of `EventNormals`, apart from each other.
package enum PulsedPurpose {
  static let devices: UInt32 = 0x5441_0000
  static let pulses: UInt32 = 0x5442_0000
  static let writes: UInt32 = 0x5443_0000
  static let diffusion: UInt32 = 0x5444_0000
  static let resets: UInt32 = 0x5445_0000
  static let drift: UInt32 = 0x5446_0000
  /// Eight for every 32 slots of a train, up to 2^14.
  package static let slotsOfInputs: UInt32 = 0x5450_0000
  package static let slotsOfOutputs: UInt32 = 0x5460_0000
  package static let roundingOfInputs: UInt32 = 0x5447_0000
  package static let roundingOfOutputs: UInt32 = 0x5448_0000
  /// One for every four pulses of a device that come one by one.
  static let singles: UInt32 = 0x5470_0000
  /// Of pulses to what an update hits, by the number of the hit.
  static let hits: UInt32 = 0x5449_0000
  /// Likewise, of those that come one by one.
  static let singlesOfHits: UInt32 = 0x544a_0000
  /// One for each use and each try of a product.
  package static let products: UInt32 = 0x5480_0000
}
