/// What is found by the name on its card: device models, nonidealities, selectors.
public protocol Catalogued: Sendable {
  /// What one is called in a sentence.
  static var kind: String { get }
  /// Every one, in the order the C API lists them.
  static var all: [Self] { get }
  var card: ModelCard { get }
}

extension Catalogued {
  /// Errors: argument, naming those there are.
  public static func named(_ name: String) throws(MemSimError) -> Self {
    guard let found = all.first(where: { $0.card.name == name }) else {
      throw .argument("no \(kind) named \"\(name)\"; there are \(all.map(\.card.name).joined(separator: ", "))")
    }
    return found
  }
}
