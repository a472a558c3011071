import Foundation
import Frontend
import IR
import Source
import Tensors
import TestSupport
import Testing

@testable import Formats
@testable import NetC

/// Files with other names: the block that is proposed, pasted into the spec, finds every tensor.
struct MappingTests {
  private static let root = #filePath.components(separatedBy: "/Tests/")[0]

  enum Order: String, CaseIterable, Sendable { case file, sorted, permuted }

  struct Case: Sendable, CustomTestStringConvertible {
    let title: String
    let model: String
    var isHWIO = false
    /// Tensors of the file besides the network's, in its names.
    var extra: [String: [Int]] = [:]
    /// Lines of rules at most.
    let lines: Int
    let rename: @Sendable (String) -> String
    var orders: [Order] = Order.allCases
    var testDescription: String { title }
  }

  /// Replaces regular expressions, one after the other.
  private static func replacing(_ name: String, _ pairs: KeyValuePairs<String, String>) -> String {
    pairs.reduce(name) { name, pair in
      name.replacingOccurrences(of: pair.key, with: pair.value, options: .regularExpression)
    }
  }

  /// The first number that a pattern captures, one up or down.
  private static func shifting(_ name: String, _ pattern: String, by step: Int) -> String {
    guard let regex = try? NSRegularExpression(pattern: pattern),
      let found = regex.firstMatch(in: name, range: NSRange(name.startIndex..., in: name)),
      let range = Range(found.range(at: 1), in: name), let number = Int(name[range])
    else { return name }
    return name.replacingCharacters(in: range, with: "\(number + step)")
  }

  private static let cases: [Case] = [
    Case(
      title: "module.", model: "torchvision/deeplabv3_resnet50.net", lines: 1,
      rename: { "module." + $0 }),
    Case(
      title: "encoder", model: "deeplabv3plus.net", lines: 4,
      rename: {
        replacing(
          $0,
          ["^backbone": "encoder.model", "^aspp": "decoder.aspp.0", "^classifier": "head.0"])
      }),
    Case(
      title: "a classifier's file for a backbone", model: "deeplabv3plus.net",
      extra: ["fc.weight": [1000, 2048], "fc.bias": [1000]], lines: 8,
      rename: { replacing($0, ["^backbone\\.": "", "^classifier": "last"]) }),
    Case(
      title: "reduce, conv3x3, increase, shortcut", model: "torchvision/deeplabv3_resnet101.net",
      extra: ["aux.c0.conv.weight": [256, 1024, 3, 3], "aux.c1.weight": [21, 256, 1, 1]],
      lines: 80,
      rename: { name in
        let name = shifting(
          shifting(name, #"layer\d\.(\d+)\."#, by: 1), #"layer(\d)"#, by: 1)
        return replacing(
          name,
          [
            #"^backbone\.(conv|bn)1\."#: "base.layer1.conv1.$1.",
            #"^backbone\.layer(\d)\.(\d+)\.(conv|bn)1\."#: "base.layer$1.block$2.reduce.$3.",
            #"^backbone\.layer(\d)\.(\d+)\.(conv|bn)2\."#: "base.layer$1.block$2.conv3x3.$3.",
            #"^backbone\.layer(\d)\.(\d+)\.(conv|bn)3\."#: "base.layer$1.block$2.increase.$3.",
            #"^backbone\.layer(\d)\.(\d+)\.downsample\.0\."#:
              "base.layer$1.block$2.shortcut.conv.",
            #"^backbone\.layer(\d)\.(\d+)\.downsample\.1\."#:
              "base.layer$1.block$2.shortcut.bn.",
            #"^classifier\.0\.convs\.4\.1\."#: "aspp.imagepool.conv.",
            #"^classifier\.0\.convs\.4\.2\."#: "aspp.imagepool.bn.",
            #"^classifier\.0\.convs\.(\d)\.0\."#: "aspp.c$1.conv.",
            #"^classifier\.0\.convs\.(\d)\.1\."#: "aspp.c$1.bn.",
            #"^classifier\.0\.project\."#: "fuse.",
          ])
      }),
    Case(
      title: "Keras", model: "torchvision/resnet50.net", isHWIO: true, lines: 45,
      rename: { name in
        let name = shifting(
          shifting(name, #"layer\d\.(\d+)\."#, by: 1), #"layer(\d)"#, by: 1)
        let layers = replacing(
          name,
          [
            #"^(conv|bn)1\."#: "conv1_$1.",
            #"^layer(\d)\.(\d+)\.(conv|bn)(\d)\."#: "conv$1_block$2_$4_$3.",
            #"^layer(\d)\.(\d+)\.downsample\.0\."#: "conv$1_block$2_0_conv.",
            #"^layer(\d)\.(\d+)\.downsample\.1\."#: "conv$1_block$2_0_bn.", "^fc": "predictions",
          ])
        return replacing(
          layers,
          [
            #"_bn\.weight"#: "_bn/gamma:0", #"_bn\.bias"#: "_bn/beta:0",
            #"\.running_mean"#: "/moving_mean:0", #"\.running_var"#: "/moving_variance:0",
            #"\.weight"#: "/kernel:0", #"\.bias"#: "/bias:0",
          ])
      }, orders: [.file, .sorted, .permuted]),
    Case(
      title: "TensorFlow's Xception", model: "smp/deeplabv3plus_xception65.net", isHWIO: true,
      lines: 70,
      rename: { name in
        let layers = replacing(
          shifting(name, #"blocks_(\d+)"#, by: 1),
          [
            #"^encoder\.model\.stem_(\d)\.conv\."#: "xception_65/entry_flow/conv1_$1/",
            #"^encoder\.model\.stem_(\d)\.bn\."#: "xception_65/entry_flow/conv1_$1/BatchNorm/",
            #"^encoder\.model\.blocks_(\d+)\.stack\.conv(\d)\.conv_dw\."#:
              "xception_65/flow/unit_$1/separable_conv$2_depthwise/depthwise_",
            #"^encoder\.model\.blocks_(\d+)\.stack\.conv(\d)\.bn_dw\."#:
              "xception_65/flow/unit_$1/separable_conv$2_depthwise/BatchNorm/",
            #"^encoder\.model\.blocks_(\d+)\.stack\.conv(\d)\.conv_pw\."#:
              "xception_65/flow/unit_$1/separable_conv$2_pointwise/",
            #"^encoder\.model\.blocks_(\d+)\.stack\.conv(\d)\.bn_pw\."#:
              "xception_65/flow/unit_$1/separable_conv$2_pointwise/BatchNorm/",
            #"^encoder\.model\.blocks_(\d+)\.shortcut\.conv\."#:
              "xception_65/flow/unit_$1/shortcut/",
            #"^encoder\.model\.blocks_(\d+)\.shortcut\.bn\."#:
              "xception_65/flow/unit_$1/shortcut/BatchNorm/",
          ])
        return replacing(
          layers,
          [
            "BatchNorm/weight": "BatchNorm/gamma", "BatchNorm/bias": "BatchNorm/beta",
            "BatchNorm/running_mean": "BatchNorm/moving_mean",
            "BatchNorm/running_var": "BatchNorm/moving_variance", "weight$": "weights",
            "bias$": "biases",
          ])
      }),
    Case(
      title: "names of their own, in order", model: "torchvision/fcn_resnet50.net", lines: 130,
      rename: { $0 }),
    Case(
      title: "mobilenet", model: "vainf/deeplabv3plus_mobilenet.net", lines: 60,
      rename: {
        replacing(
          $0,
          [
            "^backbone.": "module.net.body.", "^classifier.": "module.net.head.",
            #"\.conv\.(\d)\."#: ".layers.$1.",
          ])
      }),
  ]

  private func file(
    _ parameters: [Parameter], _ test: Case, _ order: Order, seed: UInt64
  ) -> (source: ListedWeights, truth: [String: String]) {
    var names: [String: String] = [:]
    var layers: [String: Int] = [:]
    for parameter in parameters {
      guard test.title.hasPrefix("names of their own") else {
        names[parameter.name] = test.rename(parameter.name)
        continue
      }
      // Numbers in the order of the network.
      let layer = String(parameter.name.dropLast(parameter.slot.count + 1))
      let number = layers[layer] ?? layers.count
      layers[layer] = number
      names[parameter.name] = "unit_\(number).\(parameter.slot)"
    }
    var entries = parameters.map { parameter in
      var shape = parameter.shape.dimensions
      if test.isHWIO, shape.count == 4 {
        shape =
          shape[1] == 1
          ? [shape[2], shape[3], shape[0], 1] : [shape[2], shape[3], shape[1], shape[0]]
      }
      if test.isHWIO, shape.count == 2 { shape.reverse() }
      return WeightEntry(
        name: names[parameter.name] ?? "", type: .float32, dimensions: shape, range: 0..<0)
    }
    for (name, shape) in test.extra.sorted(by: { $0.key < $1.key }) {
      entries.append(WeightEntry(name: name, type: .float32, dimensions: shape, range: 0..<0))
    }
    switch order {
    case .file: break
    case .sorted: entries.sort { $0.name < $1.name }
    case .permuted:
      var generator = RandomNumbers(seed: seed)
      entries.shuffle(using: &generator)
    }
    return (ListedWeights(entries: entries), names)
  }

  /// The network's text with the lines at the head of its body.
  private func pasted(_ lines: [String], into path: String) throws -> Compilation {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var parts = text.components(separatedBy: "\n")
    let start = try #require(parts.firstIndex { $0.hasPrefix("network ") })
    let head = try #require(parts[start...].firstIndex { $0.hasSuffix("{") })
    parts.insert(contentsOf: lines, at: head + 1)
    return Compilation(path: path, bytes: Array(parts.joined(separator: "\n").utf8)) {
      try? FileReader.read($0, limit: 1 << 24)
    }
  }

  @Test(arguments: cases, Order.allCases)
  func pastedBlocksFindEveryTensor(_ test: Case, _ order: Order) throws {
    guard test.orders.contains(order) else { return }
    let path = "\(Self.root)/models/\(test.model)"
    let compilation = try SourceLoader.compile(path)
    let network = try #require(LoadedNetwork(compilation))
    let parameters = network.graph.parameters
    let (source, truth) = file(parameters, test, order, seed: 7)
    let match = WeightMatch(parameters, network.rules, source)
    let lines = MappingProposal(match).lines
    try #require(!lines.isEmpty)
    #expect(lines.count <= test.lines, "\(lines.count) lines")
    let again = try pasted(lines, into: path)
    let repaired = try #require(
      LoadedNetwork(again), "\(again.rendered(again.diagnostics)) \(lines)")
    let bound = WeightMatch(parameters, repaired.rules, source)
    let findings = again.rendered(bound.diagnostics)
    #expect(findings == "", "\(lines.joined(separator: "\n"))")
    for (parameter, row) in zip(parameters, bound.rows) {
      guard let entry = row.entry, entry.name != truth[parameter.name] else { continue }
      Issue.record(
        "`\(parameter.name)` gets `\(entry.name)`, not `\(truth[parameter.name] ?? "")`")
    }
  }

  @Test func whatIsLeftOut() throws {
    let path = "\(Self.root)/models/torchvision/deeplabv3_resnet50.net"
    let network = try #require(LoadedNetwork(try SourceLoader.compile(path)))
    let parameters = network.graph.parameters
    // Other classes, an optimizer's state, and a head that only training had.
    var entries = parameters.map { parameter in
      var shape = parameter.shape.dimensions
      if parameter.name.hasPrefix("classifier.4.") { shape[0] = 19 }
      return WeightEntry(
        name: "net." + parameter.name, type: .float32, dimensions: shape, range: 0..<0)
    }
    for name in ["net.aux.0.weight", "net.aux.1.weight", "step"] {
      entries.append(WeightEntry(name: name, type: .float32, dimensions: [7], range: 0..<0))
    }
    let match = WeightMatch(parameters, network.rules, ListedWeights(entries: entries))
    let lines = MappingProposal(match).lines
    #expect(
      lines.filter { !$0.hasPrefix("//") } == [
        "ignore net.aux.*", "ignore step", "rename * <- net.*",
      ])
    #expect(
      lines.filter { $0.hasPrefix("//") }.sorted() == [
        "// left out: `classifier.4.bias` is 21, the file's `net.classifier.4.bias` 19: another "
          + "number of outputs",
        "// left out: `classifier.4.weight` is 21x256x1x1, the file's `net.classifier.4.weight` "
          + "19x256x1x1: another number of outputs",
      ])
  }

  /// Units that a file counts from 1: names that fit by chance are no reason to keep them.
  @Test func shiftedNumbers() throws {
    let path = "\(Self.root)/models/torchvision/resnet50.net"
    let network = try #require(LoadedNetwork(try SourceLoader.compile(path)))
    let parameters = network.graph.parameters
    var truth: [String: String] = [:]
    for parameter in parameters {
      truth[parameter.name] = Self.shifting(parameter.name, #"layer\d\.(\d+)\."#, by: 1)
    }
    let source = ListedWeights(
      entries: parameters.map {
        WeightEntry(
          name: truth[$0.name] ?? "", type: .float32, dimensions: $0.shape.dimensions,
          range: 0..<0)
      })
    let lines = MappingProposal(WeightMatch(parameters, network.rules, source)).lines
    #expect(lines.count == 16)
    let again = try #require(LoadedNetwork(try pasted(lines, into: path)))
    let bound = WeightMatch(parameters, again.rules, source)
    #expect(bound.diagnostics.isEmpty)
    #expect(zip(parameters, bound.rows).allSatisfy { truth[$0.name] == $1.entry?.name })
  }

  @Test func anotherNetworksFileGetsNoRules() throws {
    let network = try #require(
      LoadedNetwork(try SourceLoader.compile("\(Self.root)/models/torchvision/resnet50.net")))
    let other = try #require(
      LoadedNetwork(try SourceLoader.compile("\(Self.root)/models/unet/milesial.net")))
    let source = ListedWeights(
      entries: other.graph.parameters.map {
        WeightEntry(
          name: $0.name, type: .float32, dimensions: $0.shape.dimensions, range: 0..<0)
      })
    let match = WeightMatch(network.graph.parameters, [], source)
    #expect(MappingProposal(match).lines.isEmpty)
  }

  /// Names that cannot be written as patterns, or that are hardly names.
  @Test(arguments: [
    ["a b.weight", "a b.bias"], ["*.weight", "*.bias"], ["", "."], ["..weight", "..bias"],
    ["é.weight", "é.bias"], ["weight", "bias"], ["//.weight", "//.bias"],
    ["a/*/weight", "a/*/bias"], ["a?.weight", "a?.bias"],
    [
      "x\(String(repeating: "9", count: 400)).weight",
      "x.\(String(repeating: ".", count: 400))bias",
    ],
  ])
  func strangeNames(_ names: [String]) throws {
    let (checked, _) = try compiled(
      "input image: rgb[H, W]\nx = image |> conv 1x1 2 @a\noutput logits = x")
    let parameters = checked.graph.parameters
    let source = ListedWeights(
      entries: zip(names, parameters).map {
        WeightEntry(
          name: $0, type: .float32, dimensions: $1.shape.dimensions, range: 0..<0)
      })
    let proposal = MappingProposal(WeightMatch(parameters, [], source))
    let body = "input image: rgb[H, W]\nx = image |> conv 1x1 2 @a\noutput logits = x\n"
    let (_, facts) = try compiled(body + proposal.lines.joined(separator: "\n"))
    if !proposal.lines.isEmpty {
      #expect(WeightMatch(parameters, facts.rules, source).diagnostics.isEmpty)
    }
  }

  /// A file that would take more rules than anybody reads, or longer names, gets no proposal.
  @Test(arguments: [
    (0..<600).map { "other\($0).weight" }, [String(repeating: "a.", count: 250) + "weight"],
  ])
  func boundsOfProposals(_ others: [String]) throws {
    let (checked, _) = try compiled(
      "input image: rgb[H, W]\nx = image |> conv 1x1 2 @a\noutput logits = x")
    let parameters = checked.graph.parameters
    func lines(_ others: [String]) -> [String] {
      let own = parameters.map { ("m." + $0.name, $0.shape.dimensions) }
      let source = ListedWeights(
        entries: (own + others.map { ($0, [3]) }).map { name, dimensions in
          WeightEntry(name: name, type: .float32, dimensions: dimensions, range: 0..<0)
        })
      return MappingProposal(WeightMatch(parameters, [], source)).lines
    }
    #expect(!lines([]).isEmpty)
    #expect(!lines(others.prefix(400).map { String($0.suffix(400)) }).isEmpty)
    #expect(lines(others).isEmpty)
  }

  /// The largest network of the library, its names changed and its file sorted.
  @Test func theLargestNetworkIsMapped() throws {
    let text = """
      netc 1
      use std.resnet
      network n {
        input image: rgb[H, W]
        body = image |> resnet152
        output features = body.c5
      }
      """
    let compilation = Compilation(path: "n.net", bytes: Array(text.utf8)) { _ in nil }
    let network = try #require(LoadedNetwork(compilation))
    let parameters = network.graph.parameters
    let source = ListedWeights(
      entries: parameters.map { parameter in
        let name = Self.replacing(
          Self.shifting(parameter.name, #"layer\d\.(\d+)\."#, by: 1),
          [#"layer(\d)\.(\d+)\.(conv|bn)(\d)"#: "stage$1/unit$2/$3_$4"])
        return WeightEntry(
          name: name, type: .float32, dimensions: parameter.shape.dimensions, range: 0..<0)
      }.sorted { $0.name < $1.name })
    let match = WeightMatch(parameters, [], source)
    #expect(!MappingProposal(match).lines.isEmpty)
  }
}

/// Tensors without numbers.
private struct ListedWeights: WeightSource {
  let path = "w.safetensors"
  let entries: [WeightEntry]

  func entry(_ name: String) -> WeightEntry? { entries.first { $0.name == name } }
  func read(_ name: String) throws(FormatError) -> Tensor {
    throw FormatError(.malformed, "not to be read")
  }
}
