import Frontend
import IR
import Tensors
import Testing

@testable import NetC

/// Names of values inside a network.
struct TapTests {
  private static let text = """
    netc 1
    block unit(width: int = 4)(x) -> out, inner {
      inner = x |> conv 3x3 width @conv1 |> bn @bn1 |> relu
      out = inner |> conv 1x1 width @conv2
    }
    block pair(x) -> low, high {
      low = x |> conv 1x1 4 @stem.0 |> bn @stem.1 |> relu6
      high = low |> repeat 2 as i (y) {
        unit = y |> unit @layer.{i}
        out = (unit.out + y) |> relu
      }
    }
    network test {
      input image: tensor[4, H, W]
      body = image |> pair @backbone
      head = body.high |> avgpool global |> conv 1x1 3 @head.0 |> relu |> dropout |> resize like=image
      rename backbone.* <- encoder.*
      output logits = head |> softmax @soft
    }

    """

  private let network: LoadedNetwork
  private let names: TapNames

  init() throws {
    let compilation = Compilation(path: "test.net", bytes: Array(Self.text.utf8)) { _ in nil }
    guard let network = LoadedNetwork(compilation) else {
      throw Uncompiled(text: compilation.rendered(compilation.diagnostics))
    }
    self.network = network
    names = TapNames(network)
  }

  /// The ops that make what a name may mean.
  private func ops(_ name: String) -> [String] {
    names.candidates(name).map { network.graph.node($0)?.origin.op ?? "input" }
  }

  /// Each block's record twice in the next one's: 2^40 names, most of them of no value.
  @Test func namesOfNestedRecords() throws {
    var text = "netc 1\nblock b0(x) -> low, high {\n  low = 1\n  high = x |> relu\n}\n"
    for level in 1...40 {
      text += "block b\(level)(x) -> low, high {\n  low = b\(level - 1)(x)\n  high = low\n}\n"
    }
    text +=
      "network test {\n  input x: tensor[1, H, W]\n  all = b40(x)\n  output y = x |> relu\n}\n"
    let compilation = Compilation(path: "test.net", bytes: Array(text.utf8)) { _ in nil }
    let network = try #require(LoadedNetwork(compilation))
    let found = network.elaboration.namedValues
    #expect(found.count < 200_000)
    #expect(found.first { $0.name.hasSuffix(".low.high") } != nil)
  }

  @Test func layers() {
    #expect(ops("backbone.stem.0") == ["conv"])
    #expect(ops("backbone.stem.1") == ["bn"])
    #expect(ops("backbone.layer.1.conv1") == ["conv"])
    #expect(ops("soft") == ["softmax"])
    #expect(ops("backbone.layer.1.relu").isEmpty)
  }

  @Test func instances() {
    #expect(ops("backbone.layer.0") == ["conv"])
    #expect(ops("backbone.layer.0.inner") == ["relu"])
    #expect(names.value("backbone.layer.0") == names.value("backbone.layer.0.conv2"))
    #expect(ops("backbone") == ["relu", "relu6"])
    #expect(names.value("backbone.high") == names.value("body.high"))
  }

  @Test func bindings() {
    #expect(ops("image") == ["input"])
    #expect(ops("head") == ["resize"])
    #expect(ops("logits") == ["softmax"])
    #expect(names.value("logits") == names.value("soft"))
    #expect(ops("body.high[1].unit.inner") == ["relu"])
    #expect(ops("body.high[2].unit.inner").isEmpty)
  }

  @Test func containers() {
    #expect(ops("backbone.stem") == ["relu6", "bn"])
    // The last layer below the name, and the sum that it ends in.
    #expect(ops("backbone.layer") == ["conv", "add", "relu"])
    #expect(ops("backbone.la").isEmpty)
    // Layers without a label, by their place.
    #expect(ops("backbone.stem.2") == ["relu6"])
    #expect(ops("head.1") == ["relu"])
    #expect(ops("head.2") == ["dropout"])
    #expect(ops("head.4").isEmpty)
  }

  @Test func checkpointNames() {
    #expect(names.value("encoder.layer.1.bn1") == names.value("backbone.layer.1.bn1"))
    #expect(ops("decoder.stem.0").isEmpty)
  }

  @Test func run() throws {
    let taps = try ["backbone.stem.1", "backbone.stem"].map { try #require(names.value($0)) }
    let weights = try randomWeights(for: network)
    let input = try Tensor(#require(Shape(1, 4, 5, 6)), (0..<120).map { Float($0) / 60 - 1 })
    var session = Session(network.checked, WeightStore(weights), outputs: [], taps: taps)
    let sizes = Sizes(height: 5, width: 6)
    let results = try session.run(["image": input], at: sizes).results
    #expect(results.map(\.shape.dimensions) == [[1, 4, 5, 6], [1, 4, 5, 6]])
    #expect(results[0].values.contains { $0 < 0 })
    #expect(results[1].values == results[0].values.map { min(max($0, 0), 6) })
  }

  private func randomWeights(for network: LoadedNetwork) throws -> [Tensor] {
    try network.bind(.random(seed: 1), for: network.graph.outputs.map(\.value)).read().tensors
  }
}
