import Tensors

/// What the cells of a bin come to, lane by lane.
struct GatheredBin<Source: CellFormat> {
  typealias V = Source.Lanes

  private let kind: PoolingSpec.Kind
  private var largest = V.least
  private var sum = CarriedSum<V>()
  private var squares = CarriedSum<V>()

  init(_ kind: PoolingSpec.Kind) { self.kind = kind }

  /// Adds cells that lie side by side.
  @unsafe @inline(__always) mutating func add(_ cells: UnsafePointer<Float>, count: Int) {
    switch kind {
    case .max:
      for cell in 0..<count {
        largest = largest.larger(unsafe Source.load(cells + cell * Source.floats))
      }
    case .average:
      unsafe sum.add(Source.self, cells, count: count) { $0 }
    case .stochastic:
      unsafe sum.add(Source.self, cells, count: count) { $0 }
      unsafe squares.add(Source.self, cells, count: count) { $0 * $0 }
    }
  }

  /// The bin's number; averages are sums over `count`.
  @inline(__always) func value(count: Int) -> V {
    switch kind {
    case .max: return largest
    case .average: return sum.total / V(repeating: Float(count))
    case .stochastic:
      let (sum, zero) = (sum.total, V(repeating: 0))
      return (squares.total / sum).replacing(with: zero, where: sum .== zero)
    }
  }
}

/// A sum of many numbers with what its roundings lost: as good as one in double.
struct CarriedSum<V: LaneVector> {
  private var sum = V(repeating: 0)
  private var lost = V(repeating: 0)

  /// What rounding lost is exact (Knuth, TAOCP 2, section 4.2.2, theorem B).
  @inline(__always) mutating func add(_ value: V) {
    let next = sum + value
    let part = next - sum
    lost = lost + ((sum - (next - part)) + (value - part))
    sum = next
  }

  /// Adds cells side by side: eight at a time in three levels of pairs.
  @unsafe @inline(__always) mutating func add<Source: CellFormat>(
    _: Source.Type, _ cells: UnsafePointer<Float>, count: Int, _ map: (V) -> V
  ) where Source.Lanes == V {
    var cell = 0
    func value(_ index: Int) -> V {
      map(unsafe Source.load(cells + (cell + index) * Source.floats))
    }
    while cell + 8 <= count {
      // Eight cells from here on exist.
      let first = (value(0) + value(1)) + (value(2) + value(3))
      let second = (value(4) + value(5)) + (value(6) + value(7))
      add(first + second)
      cell += 8
    }
    guard cell < count else { return }
    var rest = value(0)
    for index in 1..<max(1, count - cell) { rest = rest + value(index) }
    add(rest)
  }

  /// The carry of a sum that is infinite or no number is no number itself.
  @inline(__always) var total: V { (sum + lost).replacing(with: sum, where: lost .!= lost) }
}
