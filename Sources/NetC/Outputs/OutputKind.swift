/// What an output file is, by the end of its name.
package enum OutputKind: String, CaseIterable, Sendable {
  case png, ppm, pgm, npy

  /// Nil for other ends; letters may be large.
  package init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    self.init(rawValue: name[name.index(after: dot)...].lowercased())
  }
}
