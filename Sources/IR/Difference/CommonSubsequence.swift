/// Pairs of places of equal elements, ascending on both sides, as many as there can be.
///
/// Repeated elements are told apart by how often they came before, so that every element has one
/// partner at most, and the longest common subsequence is the longest ascending run of partners.
func commonSubsequence<Element: Hashable>(
  _ left: [Element], _ right: [Element]
) -> [(left: Int, right: Int)] {
  func occurrences(_ elements: [Element]) -> [Occurrence<Element>] {
    var counts: [Element: Int] = [:]
    return elements.map { element in
      counts[element, default: 0] += 1
      return Occurrence(element: element, count: counts[element] ?? 0)
    }
  }
  let places = Dictionary(
    uniqueKeysWithValues: occurrences(right).enumerated().map { ($1, $0) })
  let pairs = occurrences(left).enumerated().compactMap { place, element in
    places[element].map { (left: place, right: $0) }
  }
  // `ends[n]` is the pair with the smallest right side that a run of n + 1 pairs can end with.
  var ends: [Int] = []
  var previous = [Int?](repeating: nil, count: pairs.count)
  for (index, pair) in pairs.enumerated() {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if pairs[ends[middle]].right < pair.right { low = middle + 1 } else { high = middle }
    }
    previous[index] = low > 0 ? ends[low - 1] : nil
    if low < ends.count { ends[low] = index } else { ends.append(index) }
  }
  var run: [(left: Int, right: Int)] = []
  var last = ends.last
  while let index = last {
    run.append(pairs[index])
    last = previous[index]
  }
  return run.reversed()
}

/// An element, and how many like it came up to here.
private struct Occurrence<Element: Hashable>: Hashable {
  let element: Element
  let count: Int
}
