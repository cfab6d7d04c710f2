/// Tables depend on parameters alone: cells of the same have them in common, whatever array or tile they are in.
extension JartTraining {
  static let shared = SharedObjects<SettingsKey, JartTraining>()
  var bytes: Int { rows.bytes.count }
}

extension JartReads {
  static let shared = SharedObjects<SettingsKey, JartReads>()
}

extension JartCells {
  /// Those of pulses and of reads, as far as they are in use.
  package var tables: [AnyObject] { ([trainingTable, readTable] as [AnyObject?]).compactMap { $0 } }
}
