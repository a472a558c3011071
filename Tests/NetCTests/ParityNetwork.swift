import IR
import Runtime
import Tensors
import TestSupport

@testable import Formats
@testable import NetC

/// A network of under 0.1 GMAC that holds every convention that the parity doctor knows, with the
/// files that `netc verify` takes.
struct ParityNetwork {
  static let text = """
    netc 1
    block stage(x) {
      out = x |> conv 3x3 8 stride=2 bias=no @0 |> bn eps=1e-5 @1 |> relu |> conv 3x3 8 @2 |> relu
    }
    block body(x) {
      out = x |> stage @a |> stage @b
    }
    network parity {
      input image: rgb[H, W] normalize=imagenet
      mix = image |> conv 3x3 3 bias=no
      stem = mix |> conv 3x3 8 stride=2 pad=1 @stem.0 |> bn eps=1e-3 @stem.1 |> relu
      pooled = stem |> maxpool 3x3 stride=2 pad=1 ceil_mode=no @pool
        |> avgpool 3x3 stride=1 pad=1 count_include_pad=yes @smooth
      deep = pooled |> body os=8 @body
      wide = deep |> conv 3x3 8 rate=2
      up = wide |> conv 1x1 4 @head |> resize 1.5x align_corners=no @up
      output logits = up |> resize like=image
    }

    """

  let network: LoadedNetwork
  let directory: TemporaryDirectory

  /// A network of this text in a folder of its own.
  init(_ text: String, in directory: TemporaryDirectory) throws {
    let compilation = Compilation(path: "parity.net", bytes: Array(text.utf8)) { _ in nil }
    guard let network = LoadedNetwork(compilation) else {
      throw Uncompiled(text: compilation.rendered(compilation.diagnostics))
    }
    self.network = network
    self.directory = directory
  }

  /// Random weights as a file, in the layout of the network.
  func writeWeights(_ name: String) throws {
    let all = try randomWeights(network.graph.parameters, seed: 11)
    let tensors = zip(network.graph.parameters, all).map { parameter, tensor in
      (parameter.name, tensor.shape.dimensions, tensor.values)
    }
    try directory.file(name, safetensors(tensors))
  }

  /// A picture whose neighbours differ.
  static func picture(height: Int, width: Int) -> [UInt8] {
    let samples = (0..<3 * height * width).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 + $0 * 13) }
    return Array("P6\n\(width) \(height)\n255\n".utf8) + samples
  }

  /// The values of some names on a picture, as a recording.
  func record(_ names: [String], picture: String, weights: String, to name: String) throws {
    let preparation = Preparation(network.graph.primaryInput, of: network.checked)
    let content = try InputContent.read(directory.file(picture))
    let (shape, fit) = try preparation.sides(of: content, path: picture)
    let input = try preparation.tensor(content, fit, path: picture)
    let taps = TapNames(network)
    let values = names.filter { $0 != "input" }.compactMap { taps.value($0) }
    let bound = try network.bind(.file(directory.file(weights)), for: values).read()
    var session = Session(network.checked, WeightStore(bound.tensors), outputs: [], taps: values)
    let results = try session.run(
      [preparation.name: input], at: Sizes(height: shape.h, width: shape.w)
    ).results
    var arrays = Array(zip(names.filter { $0 != "input" }, results)).map { ($0, $1) }
    if names.contains("input") { arrays.append(("input", input)) }
    try directory.file(name, npz(arrays.map { (name: $0.0, tensor: $0.1) }))
  }
}

extension LoadedNetwork {
  /// Multiply-adds at a size; nil where they pass 64 bits.
  func multiplyAdds(at height: Int, _ width: Int) -> Int? {
    LayerTable(checked, at: Sizes(height: height, width: width), isFolded: false).multiplyAdds
  }
}
