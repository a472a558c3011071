/// The offsets along one axis at which positions reach one position, in cells of its grid.
package struct OffsetSet: Hashable, Sendable {
  /// Sets with holes that are wider than this are not kept.
  package static let widest = 4096

  package static let origin = OffsetSet(first: 0, span: 1)

  package let first: Int
  /// Cells from the first offset to the last.
  package let span: Int
  /// A bit a cell from the first on; empty where every cell is reached.
  private let words: [UInt64]

  package var last: Int { first + span - 1 }

  /// The caller keeps bits outside of the span zero, and leaves out the words of a full set.
  private init(first: Int, span: Int, words: [UInt64] = []) {
    self.first = first
    self.span = span
    self.words = words
  }

  private init(first: Int, span: Int, bits: [UInt64]) {
    let isFull = bits.indices.allSatisfy { bits[$0] == Self.mask(of: $0, span) }
    self.init(first: first, span: span, words: isFull ? [] : bits)
  }

  /// The cells of a word that lie inside a span.
  private static func mask(of word: Int, _ span: Int) -> UInt64 {
    let bits = span - word * 64
    return bits >= 64 ? .max : (1 << UInt64(bits)) - 1
  }

  package func contains(_ offset: Int) -> Bool {
    guard offset >= first, offset <= last else { return false }
    let index = offset - first
    return words.isEmpty || words[index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  /// How many offsets there are.
  package var count: Int {
    words.isEmpty ? span : words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether no cell between the first offset and the last is missing.
  package var isFull: Bool { words.isEmpty }

  /// Whether none is missing on the lattice of every `step`-th cell from the first on.
  package func isFull(step: Int) -> Bool {
    stride(from: first, through: last, by: step).allSatisfy(contains)
  }

  /// What a window adds whose taps read `x[i + rate·k − before]`; nil past the widest.
  package func read(by kernel: Int, rate: Int, before: Int) -> OffsetSet? {
    let (reach, overflow) = (kernel - 1).multipliedReportingOverflow(by: rate)
    guard !overflow, reach < 1 << 40, span < 1 << 40, abs(first) < 1 << 40 else { return nil }
    let wide = span + reach
    if kernel == 1 { return shifted(by: -before) }
    if isFull, rate <= span { return OffsetSet(first: first - before, span: wide) }
    guard wide <= Self.widest else { return nil }
    var bits = padded(to: wide)
    // Taps 0..<done are in; shifting all of them by `step` taps adds as many more.
    var done = 1
    while done < kernel {
      let step = min(done, kernel - done)
      Self.merge(&bits, shiftedBy: step * rate, bits)
      done += step
    }
    return OffsetSet(first: first - before, span: wide, bits: bits)
  }

  /// The offsets of both; nil past the widest.
  package func union(_ other: OffsetSet) -> OffsetSet? {
    if self == other { return self }
    let start = min(first, other.first)
    let wide = max(last, other.last) - start + 1
    if isFull, first == start, span == wide { return self }
    if other.isFull, other.first == start, other.span == wide { return other }
    guard wide <= Self.widest else { return nil }
    var bits = [UInt64](repeating: 0, count: (wide + 63) / 64)
    for set in [self, other] {
      Self.merge(&bits, shiftedBy: set.first - start, set.padded(to: set.span))
    }
    return OffsetSet(first: start, span: wide, bits: bits)
  }

  package func shifted(by cells: Int) -> OffsetSet {
    OffsetSet(first: first + cells, span: span, words: words)
  }

  /// The bits in words for `wide` cells.
  private func padded(to wide: Int) -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: (wide + 63) / 64)
    for index in 0..<(span + 63) / 64 {
      bits[index] = words.isEmpty ? Self.mask(of: index, span) : words[index]
    }
    return bits
  }

  /// Sets the bits of `source`, moved up; the caller keeps them inside.
  private static func merge(_ bits: inout [UInt64], shiftedBy cells: Int, _ source: [UInt64]) {
    let (whole, part) = (cells / 64, UInt64(cells % 64))
    for index in source.indices where source[index] != 0 {
      if index + whole < bits.count { bits[index + whole] |= source[index] << part }
      if part != 0, index + whole + 1 < bits.count {
        bits[index + whole + 1] |= source[index] >> (64 - part)
      }
    }
  }
}
