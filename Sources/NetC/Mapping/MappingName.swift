/// A tensor's name taken apart: its layer and its slot there.
struct MappingName: Hashable, Sendable {
  enum Slot: String, CaseIterable, Sendable {
    case weight, bias, mean = "running_mean", variance = "running_var"
    /// Nothing known; the layer is the whole name.
    case other = ""
  }

  /// With dots.
  let text: String
  let layer: String
  let slot: Slot

  /// `a/b/gamma:0` is the weight of `a.b`, `a/depthwise_kernel` that of `a.depthwise`.
  init(_ name: String) {
    text = RenameRules.dotted(name)
    let components = text.split(separator: ".", omittingEmptySubsequences: false)
    let last = components[components.count - 1]
    let rest = components.dropLast().joined(separator: ".")
    let word = last.prefix { $0 != ":" }.lowercased()
    if let slot = Self.slots[word], !rest.isEmpty {
      self.slot = slot
      layer = rest
      return
    }
    for kind in ["depthwise", "pointwise"] where word.hasPrefix(kind + "_") && !rest.isEmpty {
      if let slot = Self.slots[String(word.dropFirst(kind.count + 1))] {
        self.slot = slot
        layer = "\(rest).\(kind)"
        return
      }
    }
    slot = .other
    layer = text
  }

  /// The open rule that gives names of this kind their slot; nil where they have it.
  var slotRule: (target: String, source: String)? {
    guard slot != .other, text != "\(layer).\(slot.rawValue)" else { return nil }
    let start = text.lastIndex(of: ".") ?? text.startIndex
    // What follows the layer without its virtual last part.
    let end = layer.dropFirst(text[..<start].count) + ".\(slot.rawValue)"
    return ("*\(end)", "*\(text[start...])")
  }

  private static let slots: [String: Slot] = [
    "weight": .weight, "weights": .weight, "w": .weight, "kernel": .weight, "kernels": .weight,
    "filter": .weight, "filters": .weight, "gamma": .weight, "scale": .weight,
    "bias": .bias, "biases": .bias, "b": .bias, "beta": .bias, "offset": .bias,
    "running_mean": .mean, "moving_mean": .mean, "mean": .mean,
    "running_var": .variance, "moving_variance": .variance, "moving_var": .variance,
    "variance": .variance, "var": .variance,
  ]
}

/// Words and numbers of names as integers, equal for equal tokens.
struct TokenTable {
  private var numbers: [String: Int] = [:]

  /// `layer1.0.conv1` is layer 1 0 conv 1.
  mutating func tokens(_ name: String) -> [Int] {
    var tokens: [Int] = []
    var current: [UInt8] = []
    var isNumber = false
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    for byte in Array(name.utf8) + [UInt8(ascii: ".")] {
      let isSeparator = "._-:/".utf8.contains(byte)
      if !current.isEmpty, isSeparator || isDigit(byte) != isNumber {
        tokens.append(number(String(decoding: current, as: UTF8.self).lowercased(), isNumber))
        current = []
      }
      if isSeparator { continue }
      isNumber = isDigit(byte)
      current.append(byte)
    }
    return tokens
  }

  /// Even numbers are words, odd ones numbers.
  private mutating func number(_ text: String, _ isNumber: Bool) -> Int {
    if let known = numbers[text] { return known }
    let next = numbers.count * 2 + (isNumber ? 1 : 0)
    numbers[text] = next
    return next
  }
}

/// The order of names in which runs of digits count as numbers.
struct NaturalKey: Comparable {
  private let parts: [(text: [UInt8], number: Int)]

  init(_ name: String) {
    var parts: [(text: [UInt8], number: Int)] = []
    var text: [UInt8] = []
    var number: Int?
    for byte in name.utf8 {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        // Longer numbers than anybody writes stay at the largest.
        number = min((number ?? 0) * 10 + Int(byte - UInt8(ascii: "0")), 1 << 40)
      } else {
        if let known = number {
          parts.append((text, known))
          (text, number) = ([], nil)
        }
        text.append(byte)
      }
    }
    parts.append((text, number ?? -1))
    self.parts = parts
  }

  static func < (left: NaturalKey, right: NaturalKey) -> Bool {
    for (a, b) in zip(left.parts, right.parts) {
      if a.text != b.text { return a.text.lexicographicallyPrecedes(b.text) }
      if a.number != b.number { return a.number < b.number }
    }
    return left.parts.count < right.parts.count
  }

  static func == (left: NaturalKey, right: NaturalKey) -> Bool {
    !(left < right) && !(right < left)
  }
}
