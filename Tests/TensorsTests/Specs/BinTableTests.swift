import Tensors
import Testing

/// The tables of architectures.md, section 3, against windows that are slid over every cell.
struct BinTableTests {
  /// The bins that windows give, and the cells that are in none of them.
  private static func slide(
    size: Int, length: Int, stride: Int, padding: Int
  ) -> (bins: Int, unread: Int) {
    var bins = 0
    var isRead = [Bool](repeating: false, count: size)
    var first = -padding
    while first + length <= size + padding {
      bins += 1
      for cell in first..<first + length where isRead.indices.contains(cell) { isRead[cell] = true }
      first += stride
    }
    return (bins, isRead.count { !$0 })
  }

  @Test(arguments: 1...12)
  func paper(bins: Int) throws {
    let table = try #require(BinTable(.paper, bins: bins))
    #expect(table.refused.isEmpty)
    for size in bins...table.last {
      let found = Self.slide(
        size: size, length: (size + bins - 1) / bins, stride: size / bins, padding: 0)
      #expect(table.miscounted.contains(size) == (found.bins != bins), "\(size)")
      #expect(table.unread.contains(size) == (found.bins == bins && found.unread > 0), "\(size)")
      #expect(
        found.bins != bins || BinRule.paper.unreadCells(bins, size: size) == found.unread,
        "\(size)")
    }
    // From n(n − 1) on only the remainder decides.
    for size in (bins * (bins - 1))...(bins * (bins - 1) + 200) where size > 0 {
      #expect((BinRule.paper.unreadCells(bins, size: size) > 0) == (size % bins >= 2))
    }
  }

  @Test(arguments: 1...12)
  func sppnetPytorch(bins: Int) throws {
    let table = try #require(BinTable(.sppnetPytorch, bins: bins))
    #expect(table.miscounted.isEmpty && table.unread.isEmpty)
    for size in 1...table.last {
      let length = (size + bins - 1) / bins
      let padding = (length * bins - size + 1) / 2
      #expect(table.refused.contains(size) == (padding > length / 2), "\(size)")
      guard padding <= length / 2 else { continue }
      let found = Self.slide(size: size, length: length, stride: length, padding: padding)
      #expect(found.bins == bins && found.unread == 0, "\(size)")
    }
  }

  @Test func theAdaptiveRuleNeedsNoTable() {
    #expect(BinTable(.adaptive, bins: 6) == nil)
    #expect(BinTable(.paper, bins: 65) == nil)
    #expect(BinTable(.paper, bins: 1)?.text == "right at every size")
  }

  @Test func runsAreShort() {
    #expect(BinTable.list([5]) == "5")
    #expect(BinTable.list([1, 2, 4, 5, 6, 8, 9, 10, 11]) == "1, 2, 4-6, 8-11")
  }
}
