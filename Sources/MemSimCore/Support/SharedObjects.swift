/// Objects that many have in common: made for the first who asks for a key, freed with the last who holds them.
///
/// For several threads. What two ask for at the same time may be made twice; both then get the one that was ready first.
package final class SharedObjects<Key: Hashable & Sendable, Object: AnyObject & Sendable>: @unchecked Sendable {
  private struct Entry { weak var object: Object? }
  private final class Table { var entries: [Key: Entry] = [:] }
  private var table = Table()
  private let lock = ForkSafeLock()

  package init() {}

  /// The object of the key, made by `make` unless somebody holds it. Errors: those of `make`; nothing is then kept.
  package func object(_ key: Key, make: () throws(MemSimError) -> Object) throws(MemSimError) -> Object {
    if let found = guarded({ $0.entries[key]?.object }) { return found }
    let made = try make()
    return guarded { table in
      if let found = table.entries[key]?.object { return found }
      table.entries = table.entries.filter { $0.value.object != nil }
      table.entries[key] = Entry(object: made)
      return made
    }
  }

  /// How many somebody holds.
  package var count: Int { guarded { $0.entries.count { $0.value.object != nil } } }

  private func guarded<R>(_ body: (Table) -> R) -> R {
    let isInherited = lock.lock()
    defer { lock.unlock() }
    if isInherited {
      // A thread of the parent process was at it as this process was forked: the table is leaked on purpose.
      _ = Unmanaged.passRetained(table)
      table = Table()
    }
    return body(table)
  }
}
