import IR
import Tensors
import Testing

/// What series of atrous layers read, and the rates that leave no hole.
struct SeriesTests {
  private func offsets(_ rates: [Int], kernel: Int = 3) throws -> OffsetSet {
    try rates.reduce(OffsetSet.origin) { set, rate in
      try #require(set.read(by: kernel, rate: rate, before: rate * (kernel - 1) / 2))
    }
  }

  /// Wang et al., 2018, and brute force: offsets read of offsets spanned, of three 3x3 layers.
  @Test(arguments: [
    ([1, 2, 5], 17, 17), ([1, 2, 3], 13, 13), ([1, 2, 9], 21, 25), ([1, 2, 4], 15, 15),
    ([1, 3, 9], 27, 27), ([2, 2, 2], 7, 13), ([2, 3, 4], 17, 19), ([2, 4, 8], 15, 29),
    ([4, 8, 16], 15, 57),
  ])
  func coverage(_ rates: [Int], count: Int, span: Int) throws {
    let set = try offsets(rates)
    #expect((set.count, set.span) == (count, span))
    #expect(set.first == -(span - 1) / 2)
    #expect(set.isFull == (count == span))
    let square = Double(count * count) / Double(span * span)
    let table = [
      [1, 2, 9]: 0.706, [2, 2, 2]: 0.290, [2, 3, 4]: 0.801, [2, 4, 8]: 0.268, [4, 8, 16]: 0.069,
    ]
    #expect(abs(square - (table[rates] ?? 1)) < 0.0006)
  }

  @Test func setsAreThoseOfBruteForce() throws {
    for first in 1...9 {
      for second in 1...9 {
        for kernel in [2, 3, 5] {
          let taps = { (rate: Int) in (0..<kernel).map { $0 * rate - rate * (kernel - 1) / 2 } }
          var expected = Set([0])
          for rate in [first, second, 70] {
            expected = Set(expected.flatMap { offset in taps(rate).map { $0 + offset } })
          }
          let set = try offsets([first, second, 70], kernel: kernel)
          let found = Set((set.first...set.last).filter(set.contains))
          #expect(found == expected)
          #expect(set.count == expected.count)
        }
      }
    }
  }

  @Test func unions() throws {
    let even = try offsets([2, 2])
    #expect(try #require(even.union(.origin)) == even)
    let odd = even.shifted(by: 1)
    let both = try #require(even.union(odd))
    #expect(both.isFull)
    #expect((both.first, both.last) == (-4, 5))
    #expect(even.isFull(step: 2) && !even.isFull)
    #expect(OffsetSet.origin.read(by: 3, rate: 5000, before: 5000) == nil)
    #expect(OffsetSet.origin.read(by: 5000, rate: 1, before: 0)?.count == 5000)
  }

  /// Against every triple in a cube: no nearer one reads every cell.
  @Test(arguments: [
    [2, 2, 2], [1, 2, 5], [2, 4, 8], [1, 2, 9], [2, 3, 4], [4, 4, 4], [3, 3], [5, 2, 7], [6, 1, 6],
  ])
  func nearestRates(_ rates: [Int]) throws {
    let nearest = try #require(closedRates(rates.map { SeriesLayer(kernel: 3, rate: $0) }))
    #expect(try offsets(nearest).isFull)
    func change(_ other: [Int]) -> Int { zip(rates, other).map { abs($0 - $1) }.reduce(0, +) }
    var least = Int.max
    let all = rates.reduce([[]]) { rows, _ in rows.flatMap { row in (1...10).map { row + [$0] } } }
    for other in all where try offsets(other).isFull { least = min(least, change(other)) }
    #expect(change(nearest) == least)
  }

  @Test func nearestRatesOfNote() {
    func closed(_ rates: [Int]) -> [Int]? {
      closedRates(rates.map { SeriesLayer(kernel: 3, rate: $0) })
    }
    #expect(closed([2, 2, 2]) == [1, 2, 2])
    #expect(closed([1, 2, 9]) == [1, 3, 9])
    #expect(closed([1, 2, 5]) == [1, 2, 5])
    #expect(closed([2, 4, 8]) == [1, 3, 8])
  }
}
