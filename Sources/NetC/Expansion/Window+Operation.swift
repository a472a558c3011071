import IR
import Tensors

extension ConvolutionSpec {
  /// `conv 3x3 256 rate=6 pad=6 bias=no`
  var operation: String {
    var text = transposed ? "transposed_conv" : "conv"
    text += " \(kernel.height)x\(kernel.width) \(outputChannels)"
    if stride != .one { text += " stride=\(stride)" }
    if rate != .one { text += " rate=\(rate)" }
    text += " pad=\(padding.argument)"
    if outputPadding != Size2(0) { text += " output_pad=\(outputPadding)" }
    if groups != 1 { text += " groups=\(groups)" }
    return hasBias ? text : text + " bias=no"
  }
}

extension PoolingSpec {
  /// `maxpool 3x3 stride=2 pad=1`, `avgpool global`, `spp[4, 2, 1] rule=adaptive`
  func operation(windows: String?, stride: OutputStride?) -> String {
    var name: String
    var rest = ""
    switch kind {
    case .max: name = "maxpool"
    case .stochastic: name = "stochastic_pool"
    case .average(let countsPads):
      name = "avgpool"
      rest = " count_include_pad=\(countsPads ? "yes" : "no")"
    }
    let pool = kind == .max ? "max" : "avg"
    switch region {
    case .global: return "\(name) global\(rest)"
    case .adaptive(let bins): return "\(name) adaptive=\(bins.height)x\(bins.width)\(rest)"
    case .window(let kernel, let stride, let rate, let padding, let ceilMode):
      name += " \(kernel.height)x\(kernel.width) stride=\(stride)"
      if rate != .one { name += " rate=\(rate)" }
      name += " pad=\(padding.argument)"
      return name + (ceilMode ? " ceil_mode=yes" : "") + rest
    case .spp(let bins, let rule):
      let list = bins.map(String.init).joined(separator: ", ")
      return "spp[\(list)] rule=\(rule.rawValue) pool=\(pool)"
    case .roi(let bins, let height, let width, let offset):
      let list = bins.map(String.init).joined(separator: ", ")
      var text = "roi_spp[\(list)] windows=\(windows ?? "") pool=\(pool)"
      if stride?.height != height || stride?.width != width {
        text += " scale=\(Double(height.denominator) / Double(height.numerator))"
      }
      if offset != 0 { text += " offset=\(offset)" }
      return text
    }
  }
}

extension Padding {
  /// `1`, `(0, 1, 0, 1)` or `same(tf)`
  fileprivate var argument: String {
    switch self {
    case .sameTF: return "same(tf)"
    case .explicit(let sides):
      let isEven = sides.top == sides.bottom && sides.left == sides.right && sides.top == sides.left
      return isEven
        ? "\(sides.top)" : "(\(sides.top), \(sides.bottom), \(sides.left), \(sides.right))"
    }
  }
}
