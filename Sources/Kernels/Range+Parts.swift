extension Range<Int> {
  /// One of so many parts, as even as they can be.
  func part(_ index: Int, of count: Int) -> Range<Int> {
    lowerBound + self.count * index / count..<lowerBound + self.count * (index + 1) / count
  }

  /// All of them.
  func parts(_ count: Int) -> [Range<Int>] { (0..<count).map { part($0, of: count) } }
}
