import Testing

import Syntax

@Suite struct FormatterTests {
  private func formatted(_ text: String) -> String {
    let parsed = Texts.parsed(text)
    Texts.checkFormat(parsed)
    return format(parsed) ?? Texts.rendered(parsed)
  }

  @Test(arguments: [Texts.network, Texts.block, Texts.everything])
  func textsKeepTheirWords(text: String) {
    Texts.checkFormat(Texts.parsed(text))
  }

  @Test func spacesAndLines() {
    #expect(
      formatted(
        "netc 1 ;use std . a\r\n\r\n\r\nnetwork n( os:int=8 ){x=f( a,b ... )+-1;y=x|>conv 3x3   64 k = -1 @a.{ i + 1 }\n\n\n}"
      )
        == """
        netc 1
        use std.a

        network n(os: int = 8) {
          x = f(a, b...) + -1
          y = x |> conv 3x3 64 k=-1 @a.{i+1}
        }

        """)
    #expect(
      formatted("netc 1\nblock b [n: int ...] (k: int) ( x , y )->p,q{ }\n")
        == "netc 1\nblock b[n: int...](k: int)(x, y) -> p, q {}\n")
  }

  @Test func commentsAndBlankLinesStay() {
    let text = """
      // head

      // second
      netc 1
      network n {  // after brace
        // first
        x = a  // trailing

        // own, after a blank line
        y = [  // open
          1,  // one
          // two
          2,
        ]
        z = y
          // between
          |> f  // stage
          |> g
        // last
      }
      // end

      """
    #expect(formatted(text) == text)
    #expect(
      formatted("netc 1\nnetwork n {\n\n\n   x = a //c  \n\n\n\n\n  // d\n\n}\n\n\n//e")
        == "netc 1\nnetwork n {\n  x = a  //c\n\n  // d\n}\n\n//e\n")
  }

  @Test func longPipesBreak() {
    let stages =
      " |> conv 3x3 256 rate=2 bias=no @convs.0 |> bn @convs.1 |> relu |> conv 1x1 (a |> f)"
    #expect(
      formatted("netc 1\nnetwork n {\n out = image\(stages) @last\n}") == """
        netc 1
        network n {
          out = image
            |> conv 3x3 256 rate=2 bias=no @convs.0
            |> bn @convs.1
            |> relu
            |> conv 1x1 (a |> f) @last
        }

        """)
  }

  @Test func brokenPipesStayBroken() {
    #expect(
      formatted(
        """
        netc 1
        network n {
          out = image |> f |>
                  g
                |> repeat 3 as i (x) { out = x
                       |> h } |> k
          y = max(a |> f
            |> g, b)
        }
        """) == """
          netc 1
          network n {
            out = image |> f
              |> g
              |> repeat 3 as i (x) {
                out = x
                  |> h
              } |> k
            y = max(a |> f
              |> g, b)
          }

          """)
  }

  @Test func filesWithErrorsAreRefused() {
    #expect(format(Texts.parsed("netc 1\nnetwork n {\n x = \n}")) == nil)
    #expect(format(Texts.parsed("")) == nil)
  }
}
