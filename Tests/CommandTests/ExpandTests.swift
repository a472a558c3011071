import Frontend
import IR
import NetC
import TestSupport
import Testing

/// `netc expand`: the flat text gives the same graph again.
@Suite struct ExpandTests {
  @Test(arguments: Repository.networks)
  func everyNetwork(_ path: String) throws { try roundTrip(path) }

  @Test(arguments: [8, 32])
  func otherOutputStrides(_ stride: Int) throws {
    try roundTrip(Repository.flagship, [("os", .int(stride))])
  }

  @Test func everyForm() throws {
    let directory = try TemporaryDirectory()
    for (index, body) in Self.bodies.enumerated() {
      let text = "netc 1\nnetwork n {\n\(body)\n}\n"
      try roundTrip(try directory.file("\(index).net", text))
    }
  }

  private func roundTrip(
    _ path: String, _ settings: [(name: String, value: Constant)] = []
  ) throws {
    let original = try SourceLoader.compile(path, settings)
    guard let checked = original.checked else {
      Issue.record("\(original.rendered(original.diagnostics))")
      return
    }
    let facts = try #require(original.elaboration?.facts)
    let text = Expansion.text(checked, facts)
    let again = Compilation(path: "flat.net", bytes: Array(text.utf8)) { _ in nil }
    guard let flat = again.checked else {
      Issue.record("\(again.rendered(again.diagnostics))\n\(text)")
      return
    }
    #expect(flat.graph.description == checked.graph.description)
    #expect(flat.admissible == checked.admissible)
    #expect(flat.graph.inputs.map(\.format) == checked.graph.inputs.map(\.format))
    #expect(flat.graph.outputs.map(\.name) == checked.graph.outputs.map(\.name))
    let flatFacts = try #require(again.elaboration?.facts)
    #expect(flatFacts.legend == facts.legend)
    #expect(flatFacts.weights?.path == facts.weights?.path)
    #expect(flatFacts.weights?.source == facts.weights?.source)
    #expect(flatFacts.rules.map(\.source) == facts.rules.map(\.source))
    #expect(flatFacts.rules.map(\.target) == facts.rules.map(\.target))
    #expect(flatFacts.rules.map(\.layout) == facts.rules.map(\.layout))
    #expect(flatFacts.rules.map(\.part) == facts.rules.map(\.part))
    #expect(Expansion.text(flat, flatFacts) == text)
  }

  /// Every op with unusual arguments, inputs, labels and declarations.
  private static let bodies = [
    """
    input image: bgr[H, W] scale=0.5 mean=[1, -2.5, 3] std=[2, 2, 4] fit=shorter(520, 513)
    require H % 4 == 0 and H >= 65
    require W in [32, 64]
    legend ["a \\"b\\"", "c\\n\\\\d"]
    weights "w.safetensors" source="https://example.org/w"
    rename backbone.* <- module.backbone.* layout=HWIO
    rename q.weight <- qkv.weight outputs=[0, 64]
    rename k.weight <- qkv.weight layout=HWIO inputs=[64, 128]
    ignore aux.*
    a = image |> conv 3x5 8 stride=2x1 rate=1x2 pad=(0, 1, 2, 3) groups=1 bias=no @a.0-b.{1 + 1}
    b = a |> conv 2x2 8 pad=same(tf) @_ |> leaky_relu 0.3
    c = b |> power (-0.5) scale=2 shift=1 |> square |> tanh |> sigmoid
    output c = c
    output again = c
    """,
    """
    convention tf
    input x: tensor[8, H, W] os=16
    a = x |> bn @n |> relu6 |> silu |> hardsigmoid |> hardswish
    b = x |> conv 3x3 8 stride=2 @s |> transposed_conv 2x2 8 stride=2 output_pad=1 pad=0 groups=2 @t
    m = x |> maxpool 3x3 stride=2 |> resize like=x mode=nearest
    n = x |> avgpool 2x2 stride=1 pad=(0, 1, 0, 1) |> stochastic_pool 2
    q = attend(a, a, a, scale=0.25, normalize=relu_count)
    output y = mul(a, q) + max(a, m)
    output z = b
    output w = n |> avgpool adaptive=3x2 |> dropout 0.5 |> flatten |> dense 5 bias=no @d |> softmax
    """,
    """
    convention caffe
    input image: gray[H, W] normalize=unit fit=pad
    input boxes: windows[R]
    a = image |> conv 3x3 4 stride=2 @a |> lrn size=5 alpha=1e-4 beta=0.75 k=2 scaling=paper
    unused @old conv 4x4 64 pad=1
    b = a |> maxpool 3x3 stride=2 ceil_mode=yes |> relu
    u = b |> roi_spp[3, 1] windows=boxes offset=-1.5 |> dense 7 @v |> relu
    unused @older dense 3 bias=no
    v = u |> dense 3 @w |> argmax
    unused @oldest bn from=u
    output v = v
    """,
    """
    input image: rgb[64, 48] normalize=tf fit=crop
    p = image |> pad (1, 2, 3, 4) value=0.25 |> crop (0, 1, 2, 3)
    s = image |> conv 1x1 4 @s |> lrn size=3 alpha=0.5 beta=0.5 across=within
    r = s |> resize 0.5x align_corners=yes |> resize 65x65
    output y = s |> spp[4, 2, 1] rule=paper pool=avg |> dense 3 @d
    output l = p |> argmax
    """,
    """
    input image: rgb[H, W]
    up = image |> pad (4, 4, 4, 4)
    a = up |> crop like=image anchor=center
    b = up |> crop like=image offset=2x3
    c = image |> pad like=up anchor=center |> avgpool global
    output y = concat(a, b, image)
    output z = c
    output w = image |> identity |> conv 3x3 channels(image) groups=channels(image) @dw
    """,
  ]
}
