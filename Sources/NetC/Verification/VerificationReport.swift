import IR
import Planning
import Source
import Tensors

/// What `verify` says: the taps, the first difference and what explains it.
struct VerificationReport: Sendable {
  let network: LoadedNetwork
  let verification: Verification
  let tolerance: Double

  /// Unknown names and layers listed one by one at most.
  static let maximumLines = 12

  /// The values side by side, and what is none of the network's.
  var comparison: [String] { tapLines + unknownLines }

  private var tapLines: [String] {
    var table = TextTable(
      ["tap", "shape", "relative L2", "max abs", ""], rightAligned: [2, 3])
    for row in verification.rows {
      let isLabel = network.graph[row.value].type.isLabel
      let relative = row.deviation.map { deviation in
        isLabel ? "\(fixed(deviation.relative * 100, 3)) %" : deviation.relative.scientific
      }
      let verdict = row.isEqual ? "" : row.deviation == nil ? "other shape" : "differs"
      let shape =
        row.deviation == nil
        ? "\(row.shape.times), recorded \(row.recorded.times)" : row.shape.times
      table.add([
        DiagnosticText.printable(row.name), shape, relative ?? "",
        row.deviation?.largest.scientific ?? "", verdict,
      ])
    }
    return table.lines
  }

  private var unknownLines: [String] {
    let unknown = verification.unknown
    var lines = unknown.prefix(Self.maximumLines).map { name, suggestion in
      let guess = suggestion.map { ", did you mean `\($0)`?" } ?? ""
      return "not a value of the network: `\(DiagnosticText.printable(name))`\(guess)"
    }
    if unknown.count > lines.count { lines.append("and \(unknown.count - lines.count) more") }
    return lines.isEmpty ? [] : [""] + lines
  }
}

extension [Int] {
  /// `1 x 21 x 65 x 65`
  var times: String { map(String.init).joined(separator: " x ") }
}

extension Double {
  /// Two digits: `3.1e-07`, `0.25`, `0`.
  var scientific: String {
    guard self != 0, isFinite else { return self == 0 ? "0" : "\(self)" }
    var (digits, exponent) = (abs(self), 0)
    while digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
    while digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
    var tenths = Int((digits * 10).rounded())
    if tenths == 100 { (tenths, exponent) = (10, exponent + 1) }
    let sign = self < 0 ? "-" : ""
    let size = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return "\(sign)\(tenths / 10).\(tenths % 10)e\(exponent < 0 ? "-" : "+")\(size)"
  }
}
