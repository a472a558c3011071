import Tensors

/// Layers in series on one axis: kernel and rate of each.
package struct SeriesLayer: Hashable, Sendable {
  package let kernel: Int
  package let rate: Int

  package init(kernel: Int, rate: Int) {
    self.kernel = kernel
    self.rate = rate
  }
}

/// The rates nearest to those of a series that leave no cell unread, in the order of its layers.
///
/// In ascending order of rates a series reads every cell if and only if each rate is at most
/// 1 + Σ (K − 1)·r over those before it: the cells read so far, which the next layer repeats.
/// The least sum of changes comes first, then the fewest layers changed, then the longest reach.
/// Nil where rates or layers are so many that the search would take long.
package func closedRates(_ layers: [SeriesLayer]) -> [Int]? {
  struct Choice {
    var change: Int
    var layers: Int
    var reach: Int
    var rates: [Int]

    func precedes(_ other: Choice) -> Bool {
      (change, layers, -reach) < (other.change, other.layers, -other.reach)
    }
  }
  let order = layers.indices.filter { layers[$0].kernel > 1 }
    .sorted { (layers[$0].rate, $0) < (layers[$1].rate, $1) }
  guard let largest = order.map({ layers[$0].rate }).max(),
    largest < 1 << 12, order.count < 1 << 12, order.count * largest * largest <= 1 << 16
  else { return nil }
  // The best way to each number of cells read so far; past the largest rate all are alike.
  var ways: [Int: Choice] = [1: Choice(change: 0, layers: 0, reach: 0, rates: [])]
  for index in order {
    let layer = layers[index]
    var next: [Int: Choice] = [:]
    for (cells, way) in ways.sorted(by: { $0.key < $1.key }) {
      for rate in 1...min(cells, largest) {
        let reach = (layer.kernel - 1) * rate
        let choice = Choice(
          change: way.change + abs(rate - layer.rate),
          layers: way.layers + (rate == layer.rate ? 0 : 1), reach: way.reach + reach,
          rates: way.rates + [rate])
        let key = min(cells + reach, largest)
        if let known = next[key], !choice.precedes(known) { continue }
        next[key] = choice
      }
    }
    ways = next
  }
  let ends = ways.sorted { $0.key < $1.key }.map(\.value)
  guard let best = ends.min(by: { $0.precedes($1) }) else { return nil }
  var rates = layers.map(\.rate)
  for (place, index) in order.enumerated() { rates[index] = best.rates[place] }
  return rates
}
