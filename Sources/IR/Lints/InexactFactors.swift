import Source
import Tensors

/// L0508: resizes whose positions do not follow their factor, at some admissible size.
func inexactFactors(_ context: LintContext) -> [LintFinding] {
  var faults: [ValueID: InexactFactor] = [:]
  for (id, node) in context.nodes {
    guard case .resize(let resize) = node.spec, let input = node.inputs.first,
      let (height, width) = context.graph[input].type.extents
    else { continue }
    for (axis, extent) in [(Axis.height, height), (Axis.width, width)] where faults[id] == nil {
      faults[id] = InexactFactor(resize, axis, extent, context)
    }
  }
  return context.sites(of: faults.keys.sorted { $0.index < $1.index }).compactMap { site in
    guard let first = site.values.first, let fault = faults[first] else { return nil }
    return site.finding(
      .inexactFactor, fault.text, notes: [Diagnostic.Note(fault.note)], help: fault.help)
  }
}

/// How a resize departs from its factor, with the numbers at one image size.
private struct InexactFactor {
  let text: String
  let note: String
  let help: String

  init?(_ resize: ResizeSpec, _ axis: Axis, _ extent: Extent, _ context: LintContext) {
    guard case .factor(let height, let width) = resize.target else { return nil }
    let factor = axis == .height ? height : width
    guard factor != .one else { return nil }
    let symbol = axis.rawValue
    if resize.alignCorners {
      guard let (size, cells, result) = Self.example(factor, axis, extent, context, .all),
        result > 1, cells > 1
      else { return nil }
      text =
        "`resize \(factor.text)x` with align_corners keeps to no factor: its steps change with the size"
      note =
        "\(axis.word) n = \(extent): a position steps (n - 1)/(\(factor.text)n - 1) cells instead of "
        + "\(Self.inverse(factor)); \(cells - 1)/\(result - 1) at \(symbol)=\(size)"
      help =
        "say the size that is meant, `resize like=x align_corners=yes`, or leave out `align_corners`"
      return
    }
    guard factor.denominator > 1 else { return nil }
    if resize.mode == .nearest, factor.numerator > 1 {
      text = "`resize \(factor.text)x` by nearest repeats some cells more often than others"
      note = "\(factor.numerator) positions share \(factor.denominator) cells"
      help = "use a whole factor, or bilinear"
      return
    }
    guard let whole = try? context.sizes(axis, where: extent, isResidue: 0, of: factor.denominator),
      let (size, cells, result) = Self.example(factor, axis, extent, context, whole.complement)
    else { return nil }
    text =
      "`resize \(factor.text)x` drops a part of the last cell where \(factor.denominator) does not divide the "
      + axis.word
    let covered = Double(result * factor.denominator) / Double(factor.numerator)
    note =
      "\(cells) cells at \(symbol)=\(size) give \(result) positions, which cover \(covered.hundredths) of them"
    let sizes = whole.requirement(symbol).map { ", or admit whole sizes: `require \($0)`" } ?? ""
    help = "say the size that is meant, `resize like=x`\(sizes)"
  }

  /// An image size of a set with the cells of the map and of the result.
  private static func example(
    _ factor: Rational, _ axis: Axis, _ extent: Extent, _ context: LintContext, _ set: SizeSet
  ) -> (size: Int, cells: Int, result: Int)? {
    guard let sizes = try? set.intersection(context.checked.admissible[axis]),
      let size = sizes.smallestMember(from: 65) ?? sizes.minimum,
      let cells = try? extent.value(at: size)
    else { return nil }
    let (product, overflow) = cells.multipliedReportingOverflow(by: factor.numerator)
    guard !overflow else { return nil }
    return (size, cells, product / factor.denominator)
  }

  private static func inverse(_ factor: Rational) -> String {
    factor.numerator == 1 ? "\(factor.denominator)" : "\(factor.denominator)/\(factor.numerator)"
  }
}
