import Foundation

/// The vectors of Tests/Golden, found beside this file, so that tests run from any folder.
enum Golden {
  static func json(_ name: String, file: String = #filePath) throws -> [String: Any] {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Golden").appendingPathComponent(name))
    return try JSONSerialization.jsonObject(with: data) as! [String: Any]
  }
}

extension Dictionary where Key == String, Value == Any {
  func object(_ key: String) -> [String: Any] { self[key] as! [String: Any] }
  func number(_ key: String) -> Double { (self[key] as! NSNumber).doubleValue }
  func numbers(_ key: String) -> [Double] { (self[key] as! [NSNumber]).map(\.doubleValue) }
  func rows(_ key: String) -> [[Double]] { (self[key] as! [[NSNumber]]).map { $0.map(\.doubleValue) } }
}
