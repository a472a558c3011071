/// Offsets for blocks with lifetimes, such that blocks alive at the same step do not overlap.
///
/// Greedy by size: the largest block first, each into the smallest gap that takes it between the
/// blocks already placed that live at the same time (Pisarchyk and Lee 2020, section 5.2).
package struct ArenaLayout {
  package struct Block: Hashable {
    /// A multiple of `Buffer.alignment`.
    package let bytes: Int
    package let lifetime: ClosedRange<Int>

    package init(bytes: Int, lifetime: ClosedRange<Int>) {
      self.bytes = bytes
      self.lifetime = lifetime
    }
  }

  /// One offset a block.
  package let offsets: [Int]
  /// The end of the last block.
  package let bytes: Int

  /// Nil where an offset passes what an `Int` holds.
  package init?(_ blocks: [Block]) {
    var offsets = [Int](repeating: 0, count: blocks.count)
    var end = 0
    // Blocks already placed, by offset.
    var placed: [(range: Range<Int>, lifetime: ClosedRange<Int>)] = []
    let order = blocks.indices.sorted { a, b in
      (blocks[b].bytes, blocks[a].lifetime.lowerBound, a)
        < (blocks[a].bytes, blocks[b].lifetime.lowerBound, b)
    }
    for index in order {
      let block = blocks[index]
      var cursor = 0
      var best: (offset: Int, gap: Int)?
      for other in placed where other.lifetime.overlaps(block.lifetime) {
        let gap = other.range.lowerBound - cursor
        if gap >= block.bytes, gap < best?.gap ?? .max { best = (cursor, gap) }
        cursor = max(cursor, other.range.upperBound)
      }
      let offset = best?.offset ?? cursor
      let (upper, overflow) = offset.addingReportingOverflow(block.bytes)
      if overflow { return nil }
      offsets[index] = offset
      end = max(end, upper)
      let position = placed.firstIndex { $0.range.lowerBound > offset } ?? placed.endIndex
      placed.insert((offset..<upper, block.lifetime), at: position)
    }
    self.offsets = offsets
    bytes = end
  }

  /// The most bytes alive at one step; nil where the sum passes what an `Int` holds.
  package static func lowerBound(_ blocks: [Block]) -> Int? {
    var changes: [(step: Int, bytes: Int)] = []
    for block in blocks {
      changes.append((block.lifetime.lowerBound, block.bytes))
      changes.append((block.lifetime.upperBound + 1, -block.bytes))
    }
    // At one step, what ends comes before what begins.
    changes.sort { ($0.step, $0.bytes) < ($1.step, $1.bytes) }
    var (alive, most) = (0, 0)
    for change in changes {
      let (sum, overflow) = alive.addingReportingOverflow(change.bytes)
      if overflow { return nil }
      alive = sum
      most = max(most, alive)
    }
    return most
  }
}
