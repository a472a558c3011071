import Source
import Tensors

/// L0501: atrous convolutions of which less than a third of the taps reads the map at a stated size,
/// and others that are exactly a 1x1 there on a map that does not grow with the image.
func deadTaps(_ context: LintContext) -> [LintFinding] {
  var worst: [ValueID: LiveTaps] = [:]
  for stated in context.stated {
    for (id, node) in context.nodes {
      guard let live = LiveTaps(node, id, stated), live.isDead(context.graph) else { continue }
      if let known = worst[id], known.share <= live.share { continue }
      worst[id] = live
    }
  }
  let layers = worst.keys.sorted { $0.index < $1.index }
  return context.sites(of: layers).map { site in
    finding(site, site.values.compactMap { worst[$0] }, context)
  }
}

/// The taps of a convolution that read its map at one size.
private struct LiveTaps {
  let node: Node
  let window: Window
  let mean: Double
  let map: Size2
  /// Whether only one tap ever reads the map.
  let isPoint: Bool
  let sizes: Sizes

  init?(_ node: Node, _ id: ValueID, _ stated: LintContext.StatedSize) {
    guard case .convolution(let spec) = node.spec, !spec.transposed, spec.kernel != .one,
      let first = node.inputs.first
    else { return nil }
    let (input, output) = (stated.shapes[first.index], stated.shapes[id.index])
    guard let mean = spec.live(inputs: [input], output: output) else { return nil }
    self.node = node
    window = spec.slidingWindow
    self.mean = mean
    map = Size2(input.h, input.w)
    isPoint =
      window.axis(.height, input: input.h, output: output.h).liveRange.count == 1
      && window.axis(.width, input: input.w, output: output.w).liveRange.count == 1
    sizes = stated.sizes
  }

  var name: String { node.origin.path.isEmpty ? node.origin.op : node.origin.path }
  var size: String { "\(sizes.height)x\(sizes.width)" }
  var taps: Int { window.kernel.height * window.kernel.width }

  /// A small image is no fault of a layer at rate 1; a map that never grows is.
  func isDead(_ graph: Graph) -> Bool {
    if window.rate != .one { return isPoint || share < 1.0 / 3 }
    guard isPoint, let (height, width) = graph[node.inputs[0]].type.extents else { return false }
    return height.constantValue != nil && width.constantValue != nil
  }

  var share: Double { mean / Double(taps) }
  var form: String {
    "\(window.kernel.height)x\(window.kernel.width)"
      + (window.rate == .one ? "" : " at rate \(window.rate)")
  }

  /// The largest rate that keeps a third of the taps at work on this map, below the present one.
  var largestRate: Int? {
    let height = (window.kernel.height, map.height)
    let width = (window.kernel.width, map.width)
    func share(_ rate: Int) -> Double {
      meanLiveTaps(kernel: height.0, rate: rate, size: height.1)
        * meanLiveTaps(kernel: width.0, rate: rate, size: width.1) / Double(taps)
    }
    var (low, high) = (0, max(window.rate.height, window.rate.width))
    while high - low > 1 {
      let middle = (low + high) / 2
      if share(middle) >= 1.0 / 3 { low = middle } else { high = middle }
    }
    return low > 0 ? low : nil
  }
}

private func finding(
  _ site: LintSite, _ layers: [LiveTaps], _ context: LintContext
) -> LintFinding {
  let points = layers.filter(\.isPoint)
  let shown = points.isEmpty ? layers : points
  guard let first = shown.min(by: { $0.share < $1.share }) else {
    preconditionFailure("a site has a layer")
  }
  let map = "\(first.map.height)x\(first.map.width)"
  let others = layers.count > 1 ? ", and \(layers.count - 1) more here" : ""
  let work = "\(first.mean.hundredths) of \(first.taps) taps read its \(map) map"
  let message =
    points.isEmpty
    ? "`\(first.name)`, \(first.form), is mostly dead at \(first.size): on average \(work)\(others)"
    : "`\(first.name)`, \(first.form), is exactly a 1x1 at \(first.size): one of \(first.taps) taps "
      + "reads its \(map) map\(others)"
  let notes = layers.count > 1 ? layers.prefix(8).map { $0.note } : []
  let help =
    first.largestRate.map {
      "on a \(map) map a rate of at most \($0) keeps a third of the taps at work"
    }
    ?? "a map of \(map) leaves nothing for the other taps to read: use `conv 1x1`, or a larger image"
  return site.finding(
    .deadTaps, message, severity: points.isEmpty ? .warning : .error, notes: notes, help: help)
}

extension LiveTaps {
  var note: Diagnostic.Note {
    .init(
      "`\(name)`: \(form), \(mean.hundredths) of \(taps) taps on \(map.height)x\(map.width)")
  }
}
