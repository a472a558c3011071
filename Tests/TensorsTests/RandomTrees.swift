import Tensors
import TestSupport

/// An expression in one size, evaluated as written: the oracle of the fuzz.
indirect enum Tree {
  case symbol
  case constant(Int)
  case plus(Tree, Tree)
  case minus(Tree, Tree)
  case times(Tree, Int)
  case floor(Tree, Int)
  case ceil(Tree, Int)
  case minimum(Tree, Tree)
  case maximum(Tree, Tree)
  case quotient(Tree, Tree)

  func value(_ n: Int) -> Int {
    switch self {
    case .symbol: return n
    case .constant(let value): return value
    case .plus(let a, let b): return a.value(n) + b.value(n)
    case .minus(let a, let b): return a.value(n) - b.value(n)
    case .times(let a, let factor): return a.value(n) * factor
    case .floor(let a, let divisor): return Tree.floored(a.value(n), divisor)
    case .ceil(let a, let divisor): return -Tree.floored(-a.value(n), divisor)
    case .minimum(let a, let b): return min(a.value(n), b.value(n))
    case .maximum(let a, let b): return max(a.value(n), b.value(n))
    case .quotient(let a, let b):
      let divisor = b.value(n)
      return divisor < 1 ? 0 : Tree.floored(a.value(n), divisor)
    }
  }

  private static func floored(_ a: Int, _ b: Int) -> Int {
    (a - (a % b + b) % b) / b
  }

  func lowered() throws(ExtentError) -> Extent {
    switch self {
    case .symbol: .symbol(.width)
    case .constant(let value): .constant(value)
    case .plus(let a, .constant(let value)): try a.lowered().plus(value)
    case .plus(let a, let b): try a.lowered().plus(b.lowered())
    case .minus(let a, let b): try a.lowered().minus(b.lowered())
    case .times(let a, let factor): try a.lowered().times(factor)
    case .floor(let a, let divisor): try a.lowered().floorDivided(by: divisor)
    case .ceil(let a, let divisor): try a.lowered().ceilDivided(by: divisor)
    case .minimum(let a, let b): try Extent.minimum(a.lowered(), b.lowered())
    case .maximum(let a, let b): try Extent.maximum(a.lowered(), b.lowered())
    case .quotient(let a, let b): try Extent.floorQuotient(a.lowered(), b.lowered())
    }
  }

  static func random(_ random: inout RandomNumbers, depth: Int, divisors: ClosedRange<Int>) -> Tree
  {
    if depth == 0 {
      return random.below(6) == 0 ? .constant(random.integer(in: -9...40)) : .symbol
    }
    func child(_ random: inout RandomNumbers) -> Tree {
      Tree.random(&random, depth: depth - 1, divisors: divisors)
    }
    func small(_ random: inout RandomNumbers) -> Tree {
      Tree.random(&random, depth: random.below(depth), divisors: divisors)
    }
    switch random.below(14) {
    case 0, 1, 2: return .plus(child(&random), .constant(random.integer(in: -20...20)))
    case 3, 4: return .floor(child(&random), random.integer(in: divisors))
    case 5, 6: return .ceil(child(&random), random.integer(in: divisors))
    case 7: return .times(child(&random), random.integer(in: -3...4))
    case 8: return .plus(child(&random), small(&random))
    case 9: return .minus(child(&random), small(&random))
    case 10: return .maximum(child(&random), small(&random))
    case 11: return .minimum(child(&random), small(&random))
    case 12: return .maximum(child(&random), .constant(random.integer(in: -5...30)))
    default: return .quotient(child(&random), small(&random))
    }
  }

  /// The same function written differently.
  func rewritten(_ random: inout RandomNumbers) -> Tree {
    switch random.below(7) {
    case 0:
      let factor = random.integer(in: 2...3)
      return .floor(.plus(.times(self, factor), .constant(random.below(factor))), factor)
    case 1:
      let parts = random.integer(in: 2...3)
      // the sum over i of floor((x + i) / parts)
      var sum = Tree.floor(self, parts)
      for i in 1..<parts { sum = .plus(sum, .floor(.plus(self, .constant(i)), parts)) }
      return sum
    case 2:
      let shift = random.integer(in: -6...6)
      return .plus(inside(&random, shift), .constant(-shift))
    default: return inside(&random, 0)
    }
  }

  /// The tree plus a number, rewritten one level down.
  private func inside(_ random: inout RandomNumbers, _ shift: Int) -> Tree {
    let tree: Tree
    switch self {
    case .symbol, .constant: tree = self
    case .plus(let a, let b): tree = .plus(b.rewritten(&random), a)
    case .minus(let a, let b): tree = .plus(.times(b, -1), a.rewritten(&random))
    case .times(let a, let factor): tree = .times(a.rewritten(&random), factor)
    case .floor(.floor(let a, let d), let e):
      return .floor(.plus(a, .constant(shift * d * e)), d * e)
    case .floor(let a, let d): return .floor(.plus(a.rewritten(&random), .constant(shift * d)), d)
    case .ceil(let a, let d): return .floor(.plus(a, .constant(d - 1 + shift * d)), d)
    case .maximum(let a, let b):
      tree = .minus(.plus(a, b), .minimum(b, a.rewritten(&random)))
    case .minimum(let a, let b):
      return .times(
        .maximum(
          .minus(.constant(-shift), a), .minus(.times(b, -1), .constant(shift))), -1)
    case .quotient(let a, let b): tree = .quotient(a.rewritten(&random), b)
    }
    return shift == 0 ? tree : .plus(tree, .constant(shift))
  }

  /// A function that agrees up to a late size, with the same slope.
  func perturbed(_ random: inout RandomNumbers, late: Int) -> Tree {
    let start = 1 + random.below(late)
    if random.below(2) == 0 {
      // one from `start` on
      let step = Tree.minimum(
        .maximum(.plus(.symbol, .constant(1 - start)), .constant(0)), .constant(1))
      return random.below(2) == 0 ? .plus(self, step) : .minus(rewritten(&random), step)
    }
    // one at the multiples of `start` alone
    let spike = Tree.minus(.floor(.symbol, start), .floor(.plus(.symbol, .constant(-1)), start))
    return random.below(2) == 0 ? .plus(self, spike) : .maximum(self, .plus(self, spike))
  }
}
