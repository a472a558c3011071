/// A piece of memory that holds one value at a time.
package struct Buffer: Hashable, Sendable {
  package enum Place: Hashable, Sendable {
    /// So many bytes from the start of the arena.
    case arena(offset: Int)
    /// A tensor of its own, made for each run and handed out at its end.
    case result(Int)
  }

  package let place: Place
  /// A multiple of the size of a float.
  package let bytes: Int
  /// The steps during which its contents are needed.
  package let lifetime: ClosedRange<Int>

  package init(place: Place, bytes: Int, lifetime: ClosedRange<Int>) {
    self.place = place
    self.bytes = bytes
    self.lifetime = lifetime
  }

  /// Offsets in the arena are multiples of this: a cache line, and a vector of AVX-512.
  package static let alignment = 64

  /// The next multiple of the alignment; nil where it passes what an `Int` holds.
  static func aligned(_ bytes: Int) -> Int? {
    let (padded, overflow) = bytes.addingReportingOverflow(alignment - 1)
    return overflow ? nil : padded / alignment * alignment
  }

  /// The bytes it takes in the arena, none where it lies elsewhere.
  package var arenaRange: Range<Int>? {
    switch place {
    case .arena(let offset): offset..<offset + bytes
    case .result: nil
    }
  }
}
