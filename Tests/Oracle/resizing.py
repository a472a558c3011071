"""Builders of operations that only change the size of a map."""

from sampler import map_only


def resize_options(s, form):
    rounding = form == "1.5x" and s.stream.chance(50)
    mode = s.pick("resize.mode", within=["nearest"] if rounding else None)
    omit = {"mode"} if mode == "default" else set()
    mode = "bilinear" if mode == "default" else mode
    align = False
    if mode == "bilinear":
        choice = s.pick("resize.align_corners")
        align = choice == "yes"
        if choice == "default":
            omit.add("align_corners")
    else:
        omit.add("align_corners")
    return {"mode": mode, "align_corners": align, "omit": omit}


def resize(s, x):
    map_only(s, x)
    form = s.pick("resize.form")
    options = resize_options(s, form)
    if form == "like":
        like = s.earlier(lambda value: value.size != x.size)
        if like is None or s.stream.chance(40):
            like = x
            x = s.emit("maxpool", x, kernel=(2, 2), kernel_form="number", stride=None,
                       pad=0, ceil_mode=False, omit={"pad", "ceil_mode"})
        s.need(x.size != like.size)
        return s.emit("resize", x, like, fixed=like.fixed, **options)
    if form == "fixed":
        size = (s.stream.between(3, 15), s.stream.between(3, 15))
        s.need(size != x.size)
        return s.emit("resize", x, fixed=(True, True), size=size, **options)
    if form == "1.5x" and options["mode"] == "nearest":
        s.cover("resize nearest 1.5x")
    if options["align_corners"]:
        s.cover("resize aligned factor")
    s.need(min(x.size) > 2)
    return s.emit("resize", x, factor=form[:-1], factor_text=form, **options)


def alignment(s, op, form, small, large):
    """`anchor=center` or `offset=`, for a map of size `small` inside one of size `large`."""
    room = [large[a] - small[a] for a in range(2)]
    s.need(min(room) >= 0 and max(room) > 0)
    if form == "like center":
        if any(r % 2 for r in room):
            s.cover(f"{op}.center odd difference")
        return {"anchor": "center"}
    return {"offset": s.stream.between(0, min(min(room), 5))}


def crop(s, x):
    map_only(s, x)
    form = s.pick("crop.form")
    if form == "sides":
        sides = tuple(s.stream.between(0, 3) for _ in range(4))
        s.need(any(sides) and x.size[0] - sides[0] - sides[1] > 1)
        s.need(x.size[1] - sides[2] - sides[3] > 1)
        return s.emit("crop", x, sides=sides)
    like = s.earlier(
        lambda v: v.size != x.size and v.size[0] <= x.size[0] and v.size[1] <= x.size[1])
    if like is None or s.stream.chance(30):
        like = x
        x = s.emit("pad", x, sides=tuple(s.stream.between(0, 4) for _ in range(4)), value="0.5")
    place = alignment(s, "crop", form, like.size, x.size)
    return s.emit("crop", x, like, fixed=like.fixed, **place)


def pad(s, x):
    map_only(s, x)
    form = s.pick("pad.form", [2, 1, 1])
    if form == "sides":
        sides = tuple(s.stream.between(0, 3) for _ in range(4))
        s.need(any(sides))
        choice = s.pick("pad.value")
        if choice == "default":
            return s.emit("pad", x, sides=sides, value="0", omit={"value"})
        value = s.stream.choice(["1", "0.25", "2.5"])
        return s.emit("pad", x, sides=sides, value="-" + value if choice == "negative" else value)
    like = s.earlier(
        lambda v: v.size != x.size and v.size[0] >= x.size[0] and v.size[1] >= x.size[1])
    if like is None or s.stream.chance(30):
        like = x
        x = s.emit("crop", x, sides=tuple(s.stream.between(0, 2) for _ in range(4)))
    place = alignment(s, "pad", form, x.size, like.size)
    return s.emit("pad", x, like, fixed=like.fixed, **place)
