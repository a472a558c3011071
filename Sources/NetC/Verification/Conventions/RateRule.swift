import Frontend
import IR
import Tensors

/// Which rate a convolution has: what strided layers do with a stride they lose to `os=`, whether
/// written rates are scaled, and the rate of a single layer.
enum RateRule: Convention {
  static let name = "rate"

  private static let rates = [1, 2, 3, 4, 6, 8, 12, 16, 18, 24, 36]

  static func changes(to segment: Segment, _ place: TrialPlace) -> [Change] {
    let rules = [AtrousRule.all, .kept].compactMap { change(to: $0, segment, place) }
    let scaled = [("rates doubled", 2, 1), ("rates halved", 1, 2)].compactMap {
      words, factor, divisor in
      scaling(words, segment) { rate in
        rate > 1 && rate * factor % divisor == 0 ? rate * factor / divisor : rate
      }
    }
    return rules + scaled
      + perLayer(segment) { _, node in
        guard case .convolution = node.spec, let window = node.spec.slidingWindow else { return [] }
        let own = window.rate.height
        return (rates + [own * 2]).compactMap { rate in
          node.spec.with(window.with(rate: Size2(rate))).map { ("rate=\(rate)", $0) }
        }
      }
  }

  /// The specs that the network has under another rule for lost strides, where they differ.
  private static func change(
    to rule: AtrousRule, _ segment: Segment, _ place: TrialPlace
  ) -> Change? {
    let settings = place.network.elaboration.settings
    guard
      let other = place.network.program.elaborate(settings, atrous: rule)?.graph,
      other.values.count == segment.graph.values.count
    else { return nil }
    var specs: [ValueID: Spec] = [:]
    for (id, node) in segment.layers {
      guard let spec = other.node(id)?.spec, spec != node.spec else { continue }
      specs[id] = spec
    }
    return made("atrous=\(rule.rawValue)", specs)
  }

  private static func scaling(
    _ words: String, _ segment: Segment, _ rate: (Int) -> Int
  ) -> Change? {
    var specs: [ValueID: Spec] = [:]
    var rates: [String] = []
    for (id, node) in segment.layers {
      guard case .convolution = node.spec, let window = node.spec.slidingWindow else { continue }
      let scaled = Size2(rate(window.rate.height), rate(window.rate.width))
      guard scaled != window.rate, let spec = node.spec.with(window.with(rate: scaled)) else {
        continue
      }
      specs[id] = spec
      if !rates.contains("\(scaled)") { rates.append("\(scaled)") }
    }
    // Of one layer it is a change of that layer.
    return specs.count > 1 ? made("\(words): rate=\(rates.joined(separator: ", "))", specs) : nil
  }

  private static func made(_ words: String, _ specs: [ValueID: Spec]) -> Change? {
    guard !specs.isEmpty else { return nil }
    return Change(
      convention: name, words: words, nodes: specs.keys.sorted { $0.index < $1.index },
      effect: .specs(specs))
  }
}

extension Window {
  /// Another rate; pads that keep the size at stride 1 go on doing so.
  fileprivate func with(rate: Size2) -> Window {
    var window = self
    window.rate = rate
    if padding == centered { window.padding = window.centered }
    return window
  }

  private var centered: Padding {
    let (height, width) = (effectiveKernel(.height) - 1, effectiveKernel(.width) - 1)
    return .explicit(
      Insets(
        top: height / 2, bottom: height - height / 2, left: width / 2, right: width - width / 2))
  }
}
