import Glibc

/// Floats that are computed side by side.
typealias Lanes = SIMD16<Float>

/// A row of floats in memory, or one vector that stands for all of it.
@unsafe struct LaneRow {
  private let base: UnsafePointer<Float>
  private let isOne: Bool

  /// The caller keeps the memory: as many floats as it asks for, or one vector.
  init(_ base: UnsafeMutablePointer<Float>, isOne: Bool = false) {
    unsafe self.base = UnsafePointer(base)
    unsafe self.isOne = isOne
  }

  @inline(__always)
  func vector(at x: Int) -> Lanes {
    unsafe UnsafeRawPointer(isOne ? base : base + x).loadUnaligned(as: Lanes.self)
  }

  /// Fewer floats than a vector has; the other lanes are zero.
  @inline(__always)
  private func vector(at x: Int, count: Int) -> Lanes {
    guard unsafe !isOne else { return unsafe vector(at: 0) }
    var result = Lanes()
    for lane in 0..<count { result[lane] = unsafe base[x + lane] }
    return result
  }

  /// `target[x] = step(self[x])`; the target may be this row.
  @inline(__always)
  func each(into target: UnsafeMutablePointer<Float>, _ count: Int, _ step: (Lanes) -> Lanes) {
    unsafe each(self, into: target, count) { a, _ in step(a) }
  }

  /// `target[x] = step(self[x], other[x])`; the target may be either row.
  @inline(__always)
  func each(
    _ other: LaneRow, into target: UnsafeMutablePointer<Float>, _ count: Int,
    _ step: (Lanes, Lanes) -> Lanes
  ) {
    var x = 0
    while x + Lanes.scalarCount <= count {
      let result = unsafe step(vector(at: x), other.vector(at: x))
      unsafe UnsafeMutableRawPointer(target + x).storeBytes(of: result, as: Lanes.self)
      x += Lanes.scalarCount
    }
    guard x < count else { return }
    let rest = count - x
    let result = unsafe step(vector(at: x, count: rest), other.vector(at: x, count: rest))
    for lane in 0..<rest { unsafe target[x + lane] = result[lane] }
  }
}

extension RowProgram.Binary {
  /// Each operation is code of its own.
  @unsafe func apply(
    _ a: LaneRow, _ b: LaneRow, into target: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    switch self {
    case .add: unsafe a.each(b, into: target, count) { $0 + $1 }
    case .subtract: unsafe a.each(b, into: target, count) { $0 - $1 }
    case .multiply: unsafe a.each(b, into: target, count) { $0 * $1 }
    case .divide: unsafe a.each(b, into: target, count) { $0 / $1 }
    // NaN where either side is.
    case .minimum:
      unsafe a.each(b, into: target, count) {
        $1.replacing(with: $0, where: ($0 .!= $0) .| ($0 .< $1))
      }
    case .maximum:
      unsafe a.each(b, into: target, count) {
        $1.replacing(with: $0, where: ($0 .!= $0) .| ($0 .> $1))
      }
    }
  }
}

extension RowProgram.Unary {
  @unsafe func apply(
    _ source: LaneRow, into target: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    switch self {
    case .squareRoot: unsafe source.each(into: target, count) { $0.squareRoot() }
    case .exponential: unsafe source.each(into: target, count) { $0.mapped { exp($0) } }
    case .hyperbolicTangent: unsafe source.each(into: target, count) { $0.mapped { tanh($0) } }
    case .power(let exponent):
      unsafe source.each(into: target, count) { $0.mapped { Float(pow(Double($0), exponent)) } }
    }
  }
}

extension Lanes {
  /// By functions of the C library, lane by lane.
  @inline(__always)
  fileprivate func mapped(_ function: (Float) -> Float) -> Lanes {
    var result = self
    for lane in indices { result[lane] = function(self[lane]) }
    return result
  }
}
