/// The temporary names of a target: `.name.netc-XXXXXX` in the same directory.
struct TemporaryName {
  /// The target's directory, `.` where the path has none.
  let directory: String
  /// What every temporary name of the target begins with.
  let prefix: String

  init(target: String) {
    let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
    let name = slash.map { target[target.index(after: $0)...] } ?? target[...]
    directory = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    var stem = ""
    // A file name holds 255 bytes, a character of the stem at most a few.
    for character in name where stem.utf8.count + character.utf8.count <= 200 {
      stem.append(character)
    }
    prefix = ".\(stem).netc-"
  }

  func path(_ name: String) -> String {
    directory == "/" ? "/\(name)" : "\(directory)/\(name)"
  }

  func random() -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    let suffix = (0..<6).map { _ in letters[Int.random(in: 0..<letters.count)] }
    return path(prefix + String(suffix))
  }

  /// Whether a name in a directory is a temporary one of any target.
  static func matches(_ name: String) -> Bool {
    guard name.hasPrefix(".") else { return false }
    let (stem, suffix) = (name.utf8.dropLast(6), name.utf8.suffix(6))
    return Array(stem.suffix(6)) == Array(".netc-".utf8)
      && suffix.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
  }
}
