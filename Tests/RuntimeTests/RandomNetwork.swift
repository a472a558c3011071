import IR
import Runtime
import Tensors

/// A network of random layers that read random earlier values, with some of them as outputs.
struct RandomNetwork {
  private(set) var network = TestNetwork()
  private var random: SplitMix64
  private var values: [ValueID] = []

  init(seed: UInt64) throws {
    random = SplitMix64(seed: seed, name: "network")
    values = [network.input("image", channels: 3)]
    if below(3) == 0 { values.append(network.input("depth", channels: 2)) }
    for layer in 0..<4 + below(20) { try addLayer("layer\(layer)") }
    for output in 0..<1 + below(3) { network.output("out\(output)", anyValue()) }
    if let map = values.last(where: { type($0).isMap }), below(2) == 0 {
      let target = ResizeSpec.Target.fixed(Size2(3 + below(9), 2 + below(9)))
      let scores = try network.add("resize", .resize(ResizeSpec(target: target)), [map])
      network.output("labels", try network.add("argmax", .reduction(.argmax), [scores]))
    }
  }

  private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  /// Mostly one of the last, so that chains form.
  private mutating func anyValue() -> ValueID {
    let reach = below(3) == 0 ? values.count : min(3, values.count)
    return values[values.count - 1 - below(reach)]
  }

  private func type(_ value: ValueID) -> TensorType { network.graph[value].type }

  private mutating func addLayer(_ path: String) throws {
    let x = anyValue()
    guard type(x).isMap else {
      return try add("dense", .product(ProductSpec(outputFeatures: 1 + below(5))), [x], path)
    }
    switch below(19) {
    case 0: try add("conv", .conv(1 + below(6)), [x], path)
    case 1: try add("conv", .conv(1 + below(6), kernel: 1, bias: false), [x], path)
    case 2: try add("conv", .conv(1 + below(4), stride: 2), [x], path)
    case 3, 4: try add("relu", .relu, [x], path)
    case 5: try add("bn", .normalization, [x], path)
    case 6, 7:
      let partners = values.filter { type($0) == type(x) }
      try add("add", .sum, [x, partners[below(partners.count)]], path)
    case 8:
      let partners = values.filter { type($0).kind == type(x).kind }
      try add("concat", .movement(.concat), [partners[below(partners.count)], x], path)
    case 9:
      let region = PoolingSpec.Region.window(
        kernel: Size2(3), stride: Size2(2), rate: .one, padding: .explicit(Insets(1)),
        ceilMode: false)
      try add("maxpool", .pooling(PoolingSpec(kind: .max, region: region)), [x], path)
    case 10: try add("identity", .identity, [x], path)
    case 11: try add("softmax", .reduction(.softmax), [x], path)
    case 12:
      let maps = values.filter { type($0).isMap }
      let spec = ResizeSpec(target: .like)
      try add("resize", .resize(spec), [x, maps[below(maps.count)]], path)
    case 13: try addProjectedBranch(x, path)
    case 14, 15: try addProjectedResize(x, path)
    case 16, 17: try addLinearPair(x, path)
    default:
      let pooled = try network.add("avgpool", .globalAverage, [x], path: path)
      values.append(pooled)
      if below(2) == 0 {
        try add("mul", .product, [x, pooled], path)
      } else {
        try add("flatten", .movement(.flatten), [pooled], path)
      }
    }
  }

  /// Branches on coarser maps, resized to a map and projected together with it.
  private mutating func addProjectedBranch(_ x: ValueID, _ path: String) throws {
    var parts = [x]
    for branch in 0..<1 + below(3) {
      let maps = values.filter { type($0).isMap }
      var part = maps[below(maps.count)]
      if below(2) > 0 { part = try network.add("avgpool", .globalAverage, [x]) }
      if below(3) > 0 {
        let conv = Spec.conv(4 + below(16), kernel: 1, stride: 2)
        part = try network.add("conv", conv, [part], path: "\(path).branch\(branch)")
      }
      part = try network.add("resize", .resize(anyResize), [part, x])
      if below(8) == 0 { values.append(part) }
      parts.insert(part, at: below(parts.count + 1))
    }
    let joined = try network.add("concat", .movement(.concat), parts)
    if below(6) == 0, type(joined).channels <= 24 { values.append(joined) }
    try addProjection(joined, path)
  }

  /// A convolution, mostly 1x1, of a resized map.
  private mutating func addProjectedResize(_ x: ValueID, _ path: String) throws {
    let like = values.filter { type($0).isMap }
    let resized = try network.add("resize", .resize(anyResize), [x, like[below(like.count)]])
    if below(6) == 0 { values.append(resized) }
    try addProjection(resized, path)
  }

  /// Two convolutions, mostly one through many channels and with at most affine functions between.
  private mutating func addLinearPair(_ x: ValueID, _ path: String) throws {
    let isFirstWide = below(2) == 0
    // Windows without padding need a map that is large enough.
    let hasSize = below(2) == 0
    let target = ResizeSpec.Target.fixed(Size2(12, 11))
    let x = hasSize ? try network.add("resize", .resize(ResizeSpec(target: target)), [x]) : x
    func spec(_ channels: Int, isWide: Bool) -> ConvolutionSpec {
      let least = isWide && !hasSize ? 2 : 0
      return ConvolutionSpec(
        outputChannels: channels, kernel: Size2(isWide ? 3 : 1),
        stride: Size2(below(4) == 0 ? 2 : 1), rate: Size2(isWide ? 1 + below(2) : 1),
        padding: below(6) == 0
          ? .sameTF : .explicit(Insets(isWide || below(8) == 0 ? least + below(3) : 0)),
        hasBias: below(2) == 0)
    }
    var first = spec(12 + below(30), isWide: isFirstWide)
    if below(4) == 0 { first.groups = type(x).channels }
    first.outputChannels -= first.outputChannels % first.groups
    var value = try network.add("conv", .convolution(first), [x], path: path + ".first")
    for layer in 0..<below(3) {
      let isLast = below(8) == 0
      value = try network.add(
        "bn", isLast ? .relu : .normalization, [value], path: path + ".between\(layer)")
    }
    if below(8) == 0 { values.append(value) }
    let second = spec(1 + below(6), isWide: !isFirstWide && below(4) > 0)
    try add("conv", .convolution(second), [value], path)
  }

  private mutating func addProjection(_ x: ValueID, _ path: String) throws {
    let isPadded = below(6) == 0
    let spec = ConvolutionSpec(
      outputChannels: 1 + below(6), kernel: Size2(isPadded && below(2) == 0 ? 3 : 1),
      stride: Size2(below(5) == 0 ? 2 : 1), padding: .explicit(Insets(isPadded ? 1 : 0)),
      hasBias: below(2) == 0)
    try add("conv", .convolution(spec), [x], path)
    if below(2) == 0 { try add("bn", .normalization, [values[values.count - 1]], path + ".bn") }
    if below(2) == 0 { try add("relu", .relu, [values[values.count - 1]], path + ".relu") }
  }

  private var anyResize: ResizeSpec {
    mutating get {
      ResizeSpec(
        target: .like, mode: below(3) == 0 ? .nearest : .bilinear, alignCorners: below(2) == 0)
    }
  }

  private mutating func add(
    _ op: String, _ spec: Spec, _ inputs: [ValueID], _ path: String
  ) throws {
    // Channels that only grow make the reference slow.
    if case .movement(.concat) = spec, inputs.reduce(0, { $0 + type($1).channels }) > 24 { return }
    values.append(try network.add(op, spec, inputs, path: path))
  }
}
