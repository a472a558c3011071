import IR
import Source
import Tensors

/// Image sizes of a sweep as they are written on a command line.
enum SweepSizes: Hashable, Sendable {
  /// `257..1025/128`: squares, each the admissible one nearest; without a step about five.
  case squares(ClosedRange<Int>, step: Int)
  /// `257,513x1025`: as they are.
  case list([Size2])

  /// More than this would be no table.
  static let mostCells = 1000
  private static let sides = 1...65_536

  init(_ text: String) throws(UsageError) {
    let shown = DiagnosticText.printable(text)
    let wrong = UsageError(
      "`--size` cannot be `\(shown)`",
      help: "write a range of squares `257..1025/128`, or a list `257,513,769x1025`")
    if let dots = text.firstRange(of: "..") {
      let rest = text[dots.upperBound...].split(
        separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = Self.side(text[..<dots.lowerBound]), let end = rest.first,
        let last = Self.side(end), first <= last
      else { throw wrong }
      let step = rest.count == 2 ? Self.side(rest[1]) : max(1, ceilDivide(last - first, 4))
      guard let step else { throw wrong }
      guard (last - first) / step < Self.mostCells else {
        throw UsageError("`--size \(shown)` are more than \(Self.mostCells) sizes")
      }
      self = .squares(first...last, step: step)
      return
    }
    var list: [Size2] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if let side = Self.side(part) {
        list.append(Size2(side))
      } else if case .size(let size)? = ConstantText.number(part),
        Self.sides.contains(size.height), Self.sides.contains(size.width)
      {
        list.append(size)
      } else {
        throw wrong
      }
    }
    guard list.count <= Self.mostCells else {
      throw UsageError("`--size` lists more than \(Self.mostCells) sizes")
    }
    self = .list(list)
  }

  private static func side(_ text: Substring) -> Int? {
    guard case .int(let side)? = ConstantText.number(text), sides.contains(side) else { return nil }
    return side
  }

  /// The sizes for a network, each once.
  func sizes(_ checked: CheckedGraph) throws(Diagnostic) -> [Sizes] {
    switch self {
    case .list(let list):
      for size in list {
        if let refusal = checked.refusal(height: size.height, width: size.width) { throw refusal }
      }
      return list.map { Sizes(height: $0.height, width: $0.width) }
    case .squares(let range, let step):
      var sizes: [Sizes] = []
      for side in stride(from: range.lowerBound, through: range.upperBound, by: step) {
        guard let size = Self.nearest(side, checked.admissible) else {
          throw Diagnostic(
            .wrongInputSize, "no square near \(side)x\(side) is admissible",
            help: "list sizes: `--size 256x512,512x1024`")
        }
        if sizes.last != size { sizes.append(size) }
      }
      return sizes
    }
  }

  /// The admissible square whose side is nearest, the smaller of two.
  private static func nearest(_ side: Int, _ admissible: AdmissibleSizes) -> Sizes? {
    for distance in 0...4096 {
      for other in [side - distance, side + distance] {
        let sizes = Sizes(height: other, width: other)
        if other >= 1, admissible.contains(sizes) { return sizes }
      }
    }
    return nil
  }
}
