/// A pattern of tensor names: `*` stands for any run of characters, dots and none included.
struct Glob: Hashable, Sendable {
  let pattern: String
  /// The literal pieces between the stars, as UTF-8; one more than there are stars.
  private let pieces: [[UInt8]]

  init(_ pattern: String) {
    self.pattern = pattern
    pieces = pattern.split(separator: "*", omittingEmptySubsequences: false).map { Array($0.utf8) }
  }

  var starCount: Int { pieces.count - 1 }

  /// What each star stands for, or nil where the name does not match.
  ///
  /// Every star but the last takes as little as it can, so a name matches in one way only.
  func captures(in name: String) -> [String]? { captures(in: Array(name.utf8)) }

  /// The same for a name as UTF-8.
  func captures(in bytes: [UInt8]) -> [String]? {
    let (first, last) = (pieces[0], pieces[pieces.count - 1])
    guard starCount > 0 else { return bytes == first ? [] : nil }
    guard bytes.count >= first.count + last.count, bytes.starts(with: first),
      bytes.suffix(last.count).elementsEqual(last)
    else { return nil }
    let end = bytes.count - last.count
    var position = first.count
    var captures: [String] = []
    for piece in pieces.dropFirst().dropLast() {
      guard let found = Self.find(piece, in: bytes, position..<end) else { return nil }
      captures.append(String(decoding: bytes[position..<found], as: UTF8.self))
      position = found + piece.count
    }
    captures.append(String(decoding: bytes[position..<end], as: UTF8.self))
    return captures
  }

  /// The pattern with its stars replaced, in order; as many captures as there are stars.
  func filled(with captures: [String]) -> String {
    precondition(captures.count == starCount, "one capture a star")
    var text = String(decoding: pieces[0], as: UTF8.self)
    for (capture, piece) in zip(captures, pieces.dropFirst()) {
      text += capture + String(decoding: piece, as: UTF8.self)
    }
    return text
  }

  /// Where a piece lies first inside a range.
  private static func find(_ piece: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    guard range.count >= piece.count else { return nil }
    return (range.lowerBound...range.upperBound - piece.count).first { start in
      bytes[start..<start + piece.count].elementsEqual(piece)
    }
  }
}
