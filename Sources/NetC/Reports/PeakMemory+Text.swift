import IR
import Planning
import Source
import Tensors

extension PeakMemory {
  /// `101.82 MiB + 100 B·H·W + 2,304 B·ceil(H/4)·ceil(W/4) + 3.41 MiB`: weights, then inputs, results
  /// and maps by their sides, then what is the same at every size, or taken to be.
  var formula: String {
    var (parts, rest) = ([mebibytes(weights)], workspace + gaps)
    var sides: [(height: Extent, width: Extent, cellBytes: Int)] = []
    for term in terms {
      if let same = sides.firstIndex(where: { $0.height == term.height && $0.width == term.width })
      {
        sides[same].cellBytes += term.cellBytes
      } else {
        sides.append((term.height, term.width, term.cellBytes))
      }
    }
    for side in sides {
      if let height = side.height.constantValue, let width = side.width.constantValue {
        rest += side.cellBytes * height * width
      } else {
        parts.append(Self.text(side.cellBytes, side.height, side.width))
      }
    }
    if rest > 0 { parts.append(mebibytes(rest)) }
    return parts.joined(separator: " + ")
  }

  /// `2,304 B·ceil(H/4)·ceil(W/4)`
  static func text(_ cellBytes: Int, _ height: Extent, _ width: Extent) -> String {
    let factor = cellBytes * (height.constantValue ?? 1) * (width.constantValue ?? 1)
    let extents = [height, width].filter { $0.constantValue == nil }.map { factorText($0) }
    return (["\(factor.grouped) B"] + extents).joined(separator: "·")
  }

  /// In parentheses where it is a sum.
  private static func factorText(_ extent: Extent) -> String {
    let text = extent.description
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if depth == 0, "+-*/".contains(character) { return "(\(text))" }
    }
    return text
  }

  /// What the bytes are for, largest first: a formula and the bytes at the plan's sizes.
  func rows(at sizes: Sizes) -> [(holding: String, formula: String, bytes: Int)] {
    var rows = terms.map { term in
      (
        term.holding.text, Self.text(term.cellBytes, term.height, term.width),
        term.bytes(at: sizes) ?? 0
      )
    }
    rows += [("weights", "", weights), ("workspace", "", workspace), ("gaps", "", gaps)]
    return rows.filter { $0.2 > 0 }.sorted { $0.2 > $1.2 }
  }
}

extension PeakMemory.Holding {
  var text: String {
    switch self {
    case .inputs: "inputs"
    case .results: "results"
    case .maps: "maps alive"
    }
  }
}

/// `101.82 MiB`
func mebibytes(_ bytes: Int) -> String { "\(fixed(Double(bytes) / 0x1p20, 2)) MiB" }
