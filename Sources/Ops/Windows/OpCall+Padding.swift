import IR
import Source
import Tensors

extension OpCall {
  /// `pad=2`, `pad=(1, 2)`, `pad=(0, 1, 0, 1)`, `pad=valid`, `pad=same(tf)`; nil where not given.
  func padding(_ name: String) throws(Diagnostic) -> Padding? {
    guard let bound = arguments[name] else { return nil }
    switch bound.constant {
    case .int(let all): return .explicit(Insets(all))
    case .word("valid"): return Padding.none
    case .call("same", [.word("tf")]): return .sameTF
    case .size(let size):
      return .explicit(
        Insets(top: size.height, bottom: size.height, left: size.width, right: size.width))
    case .tuple(let items):
      let sides = items.compactMap { item -> Int? in
        if case .int(let side) = item, (0...65_536).contains(side) { side } else { nil }
      }
      guard sides.count == items.count else { break }
      if sides.count == 2 {
        return .explicit(
          Insets(top: sides[0], bottom: sides[0], left: sides[1], right: sides[1]))
      }
      if sides.count == 4 {
        return .explicit(
          Insets(top: sides[0], bottom: sides[1], left: sides[2], right: sides[3]))
      }
    default: break
    }
    throw Diagnostic(
      .badPadding, "`\(name)` of `\(origin.op)` cannot be \(bound.constant.kindName)",
      at: bound.span,
      help: "write a number, (vertical, horizontal), (top, bottom, left, right), valid or same(tf)")
  }

  /// The padding that keeps the size at stride 1: rate · (k − 1) / 2 a side.
  func centered(kernel: Size2, rate: Size2) throws(Diagnostic) -> Padding {
    let (vertical, tall) = rate.height.multipliedReportingOverflow(by: kernel.height - 1)
    let (horizontal, wide) = rate.width.multipliedReportingOverflow(by: kernel.width - 1)
    guard !tall, !wide, vertical % 2 == 0, horizontal % 2 == 0 else {
      throw .ambiguousPadding(kernel: kernel, rate: rate, vertical, horizontal, self)
    }
    return .explicit(
      Insets(
        top: vertical / 2, bottom: vertical / 2, left: horizontal / 2, right: horizontal / 2))
  }
}

extension Diagnostic {
  /// `vertical` and `horizontal` are the pixels to share between two sides; one of them is odd.
  fileprivate static func ambiguousPadding(
    kernel: Size2, rate: Size2, _ vertical: Int, _ horizontal: Int, _ call: OpCall
  ) -> Diagnostic {
    let axes = [(vertical, "height"), (horizontal, "width")].filter { $0.0 % 2 != 0 }
    let needs = axes.map { "\($0.0) along the \($0.1)" }.joined(separator: " and ")
    func sides(_ total: Int) -> (Int, Int) { (total / 2, total - total / 2) }
    let (v, h) = (sides(vertical), sides(horizontal))
    return Diagnostic(
      .ambiguousPadding,
      """
      a kernel of \(kernel) at rate \(rate.height == rate.width ? "\(rate.height)" : "\(rate)") \
      needs odd padding, \(needs), which does not split evenly
      """, at: call.origin.span,
      help: """
        say which side gets the extra pixel: `pad=(\(v.0), \(v.1), \(h.0), \(h.1))` or \
        `pad=(\(v.1), \(v.0), \(h.1), \(h.0))` (top, bottom, left, right)
        """)
  }
}
