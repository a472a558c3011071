import Source
import Testing

import Syntax

@Suite struct ParserTests {
  @Test(arguments: [Texts.network, Texts.block, Texts.everything])
  func textsOfTheLanguageParse(text: String) {
    let parsed = Texts.parsed(text)
    #expect(parsed.diagnostics.isEmpty, "\(Texts.rendered(parsed))")
    #expect(parsed.tree.bytes == Array(text.utf8))
    #expect(parsed.file.version == 1)
  }

  private func value(_ text: String) -> String {
    let parsed = Texts.body("x = \(text)")
    guard case .network(let network)? = parsed.file.declarations.first,
      case .binding(_, let value)? = network.body.first?.kind, parsed.diagnostics.isEmpty
    else { return Texts.rendered(parsed) }
    return Typed.show(value)
  }

  @Test func precedence() {
    #expect(value("a + b |> relu") == "{(a + b) |> relu}")
    #expect(value("a - b - c * d % e") == "((a - b) - ((c * d) % e))")
    #expect(value("not a == b and c or d in [1]") == "(((not (a == b)) and c) or (d in [1]))")
    #expect(value("-a.b[0] * -2") == "((- a.b[0]) * (- 2))")
    #expect(value("if a then b |> f else c |> g") == "(if a {b |> f} {c |> g})")
    #expect(value("if a then b else if c then d else e") == "(if a b (if c d e))")
    #expect(value("(a + b) * c") == "((a + b) * c)")
    #expect(value("a -1") == "(a - 1)")
    #expect(value("a |> f |> g") == "{{a |> f} |> g}")
  }

  @Test func primaries() {
    #expect(value("[1, 2.5, a..., 3x3,]") == "[1,2.5,a...,size(3,3)]")
    #expect(value("(1, (2), x)") == "tuple(1,2,x)")
    #expect(value("f(a, b..., k=1 + 2)") == "f(a,b...,k=(1 + 2))")
    #expect(value("stage[1].pre") == "stage[1].pre")
    #expect(value("f(x)[0]") == "f(x)[0]")
    #expect(value("[]") == "[]")
    #expect(value("\"a\\\"b\\n\"") == "'a\"b\n'")
    #expect(value("yes == no") == "(true == false)")
    #expect(value("0.5x") == "factor(1/2)")
    #expect(
      value("input + output * at.os[x] - weights") == "((input + (output * at.os[x])) - weights)")
  }

  @Test func stages() {
    #expect(
      value("a |> conv 3x3 (2 * w) stride=2x1 pad=(0, 1, 0, 1) bias=no @layer1.0")
        == "{a |> conv size(3,3) (2 * w) stride=size(2,1) pad=tuple(0,1,0,1) bias=false @layer1.0}")
    #expect(value("a |> aspp<6, 12, r... at os os> 256") == "{a |> aspp<6,12,r... at os> 256}")
    #expect(value("a |> gen<1>[4, 2] x") == "{a |> gen<1>[4,2] x}")
    #expect(value("a |> spp[4, 2, 1] rule=paper") == "{a |> spp[4,2,1] rule=paper}")
    #expect(value("a |> conv 3x3 [1, 2] c[0]") == "{a |> conv size(3,3) [1,2] c[0]}")
    #expect(value("a |> power -1 shift=-0.5 k=f(x)") == "{a |> power (- 1) shift=(- 0.5) k=f(x)}")
    #expect(
      value("a |> conv 3x3 channels(x) groups=channels(x) pad=same(tf)")
        == "{a |> conv size(3,3) channels(x) groups=channels(x) pad=same(tf)}")
    #expect(
      value("a |> unused @c conv 1x1 3 |> x @_") == "{{a |> unused conv size(1,1) 3 @c} |> x @_}")
    #expect(value("a |> f @b{i}-{j + 1}.0") == "{a |> f @b{i}-{(j + 1)}.0}")
    #expect(
      value("a |> repeat n - 1 as i (y) { p = y\n out = p |> f } |> g")
        == "{{a |> repeat (n - 1) i y {p = y;out = {p |> f}}} |> g}")
    #expect(value("concat(a, b...)\n  |> relu // x\n\n  |> f") == "{{concat(a,b...) |> relu} |> f}")
  }

  @Test func statementsOfTheLongText() {
    let parsed = Texts.parsed(Texts.everything)
    var lines: [String] = []
    for declaration in parsed.file.declarations {
      switch declaration {
      case .use(let use): lines.append("use \(use.target)")
      case .block(let block):
        let parameters = block.parameters.map { parameter in
          "\(parameter.position) \(parameter.name.text): \(parameter.kind)"
            + (parameter.isVariadic ? "..." : "")
            + (parameter.referenceStride.map { " at \(Typed.show($0))" } ?? "")
            + (parameter.defaultValue.map { " = \(Typed.show($0))" } ?? "")
        }
        lines.append("block \(block.name.text) \(parameters)")
        lines.append("\(block.values.map(\.text)) -> \(block.results.map(\.text))")
        lines += block.body.map(Typed.show)
      case .network(let network):
        lines.append("network \(network.name.text) \(network.parameters.map(\.name.text))")
        lines += network.body.map(Typed.show)
      }
    }
    let expected = """
      use file("./shared.net")
      use library("std.blocks.more")
      block stem ["bracket bins: int...", "ordinary act: activation = relu", \
      "ordinary first: size = size(3,3)", "ordinary on: bool = true"]
      [] -> ["c1", "c2"]
      c1 = 0
      c2 = 1
      block gen ["angle a: rate", "angle b: rate... at (2 * 8)", "ordinary e: decimal = 1e-05", \
      "ordinary rows: list = [[1,2],[3,4]]"]
      ["x", "y"] -> []
      require (((a > 0) and (not (b in [0,3]))) or (x.c != y[0].c))
      convention tf
      unused conv size(4,4) 64 from=name @conv5
      if on {out = x} {if (a < 3) {out = y} {out = (x + (y * (- 2)))}}
      each row in rows as branch {out = {x |> conv size(3,3) row[0] pad=tuple(0,1,0,1) \
      stride=size(2,1) @b-{row[1]}_x.{(if on 1 2)}}}
      stage = {{x |> repeat 3 i z {pre = {z |> relu};out = {pre |> conv size(3,3) (8 * i) \
      pad=same(tf)}}} |> power (- 1) shift=(- 0.5)}
      out = ({(x + y) |> relu} + max(stage[1].pre,branch...,scale=2))
      network all ["os"]
      input image: rgb[H,W] scale=0.5 mean=[1,2,3] fit=shorter(520)
      input x: tensor[512,H,(W / 2)] os=16
      input windows: windows[R]
      legend ['sky','a "quoted" road\n']
      weights 'x.pth' source='https://example.org/x.pth'
      rename 'a.*.b' 'c.*.b' layout=HWIO
      rename 'head.*' 'xception/entry_flow.*/weights'
      ignore 'aux_classifier.*'
      weights2 = {image |> gen<6,12 at os> 256 @_}
      v = {{weights2 |> spp[4,2,1] rule=paper} |> resize factor(1/2) mode=nearest}
      at = (if (os == 8) v {v |> relu})
      output labels = {at |> argmax}
      expect error N0312 at size(350,525) with os=8
      expect output 'in.ppm' 'out.pgm'
      expect at size(513,513) with os=16 classes=3 {(os(at) == 16),(params > 1000),(macs in [1,2])}
      expect {(params == 5)}
      """
    #expect(lines.joined(separator: "\n") == expected)
  }

  @Test func spansCoverWhatTheyName() {
    let text = "netc 1\nnetwork n {\n  x = (a + b) |> conv 3x3 64 @c\n}\n"
    let parsed = Texts.parsed(text)
    guard case .network(let network)? = parsed.file.declarations.first,
      case .binding(let name, let value)? = network.body.first?.kind,
      case .pipe(let head, let stage) = value.kind
    else {
      Issue.record("not parsed")
      return
    }
    func covered(_ span: Span) -> String {
      String(decoding: Array(text.utf8)[span.lower..<span.upper], as: UTF8.self)
    }
    #expect(covered(name.span) == "x")
    #expect(covered(head.span) == "(a + b)")
    #expect(covered(stage.span) == "conv 3x3 64 @c")
    #expect(covered(value.span) == "(a + b) |> conv 3x3 64 @c")
    #expect(covered(network.body[0].span) == "x = (a + b) |> conv 3x3 64 @c")
    #expect(covered(parsed.file.span) == text)
  }

  @Test func textFormsAreStable() {
    let parsed = Texts.parsed("netc 1\nblock b(x) { out = x |> f @a }\n")
    #expect(
      parsed.tree.describeTokens().split(separator: "\n").prefix(6) == [
        "1:1 name \"netc\"", "1:6 integer \"1\"", "1:7 terminator \"\\n\"", "2:1 name \"block\"",
        "2:7 name \"b\"", "2:8 callOpen \"(\"",
      ])
    #expect(
      parsed.tree.describeSyntax() == """
        file
          header "netc" "1"
          block
            "block"
            "b"
            values "(" "x" ")"
            body
              "{"
              binding
                "out"
                "="
                pipe
                  name "x"
                  "|>"
                  stage
                    "f"
                    label "@" "a"
              "}"

        """)
  }
}
