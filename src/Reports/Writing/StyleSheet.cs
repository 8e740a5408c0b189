namespace SecondLook.Reports.Writing;

/// <summary>The look of pages and drawings: one set of names, values for light screens and paper, other values for dark screens.</summary>
public static class StyleSheet
{
    /// <summary>Colours and families.</summary>
    private const string Variables = """
        :root{--bg:#fff;--ink:#1b1b1b;--mut:#5c5f63;--rule:#c9cbce;--hair:#e4e5e7;--wash:#f1f2f3;--link:#2c4f90;
        --p1:#2c4f90;--p2:#dd5c0d;--p3:#04845d;--p4:#632856;--p5:#b38f4f;--p6:#172418;
        --c1:#2b2b2b;--c2:#5e5e5e;--c3:#8f8f8f;--c4:#bcbcbc;--c6:#9b9b9b;--c7:#cdcdcd;
        --h1:#dfe7ea;--h2:#bccdd6;--h3:#91afbf;--h4:#628da5;--h5:#346785;--h6:#0f3e5c;
        --serif:Charter,"Bitstream Charter","Iowan Old Style","Source Serif 4","Noto Serif","Liberation Serif",Georgia,serif;
        --sans:"Helvetica Neue","Segoe UI","Noto Sans","Liberation Sans",Arial,system-ui,sans-serif;
        --mono:ui-monospace,"SF Mono","Cascadia Mono","DejaVu Sans Mono","Liberation Mono",monospace}
        @media screen and (prefers-color-scheme:dark){:root{--bg:#15171a;--ink:#e8e6e1;--mut:#a3a6aa;--rule:#4a4e53;--hair:#2b2e32;--wash:#202327;--link:#8da7f1;
        --p1:#8da7f1;--p2:#ec6835;--p3:#3be491;--p4:#b56c94;--p5:#f6d92d;--p6:#e9f8fc;
        --c1:#f0f0f0;--c2:#b9b9b9;--c3:#868686;--c4:#5b5b5b;--c6:#777;--c7:#4c4c4c;
        --h1:#1f2a31;--h2:#28414f;--h3:#335d73;--h4:#457d99;--h5:#73a6bf;--h6:#c4e0ec}}

        """;

    /// <summary>Text, lines, marks and areas of drawings.</summary>
    private const string Shapes = """
        svg text{font-family:var(--sans);fill:var(--ink);font-size:11.5px}
        svg .tk{font-size:10.5px;fill:var(--mut)}svg .ax-t,svg .nt,svg .mut{fill:var(--mut)}
        svg .ik{fill:var(--ink)}svg .b{font-weight:700}svg .it{font-style:italic}
        svg .h{paint-order:stroke;stroke:var(--bg);stroke-width:3px;stroke-linejoin:round}
        svg path,svg rect,svg circle{fill:none}svg rect.paper{fill:var(--bg)}
        .ax{stroke:var(--mut);stroke-width:.8}.gr{stroke:var(--hair);stroke-width:.8}.lead{stroke:var(--mut);stroke-width:.6}
        .ref{stroke:var(--ink);stroke-width:.9;stroke-dasharray:2 2.5}.par{stroke:var(--mut);stroke-width:1;stroke-dasharray:5 3}.dia{stroke:var(--ink);stroke-width:.8}
        .ln{stroke-width:2;stroke-linejoin:round}.ln.thin{stroke-width:1.2}
        svg .iv{stroke-width:3;opacity:.55}svg .rg{stroke-width:1.1}.sr{stroke:var(--mut)}.bs{stroke:var(--rule);stroke-width:1}.cap{stroke:var(--ink);stroke-width:1}
        svg .box{stroke-width:1}svg .band{fill-opacity:.17;stroke:none}svg .rfm{fill:var(--mut)}
        .s0{stroke:var(--ink)}.s1{stroke:var(--p1)}.s2{stroke:var(--p2)}.s3{stroke:var(--p3)}.s4{stroke:var(--p4)}.s5{stroke:var(--p5)}.s6{stroke:var(--p6)}
        svg .p0{fill:var(--ink)}svg .p1{fill:var(--p1)}svg .p2{fill:var(--p2)}svg .p3{fill:var(--p3)}svg .p4{fill:var(--p4)}svg .p5{fill:var(--p5)}svg .p6{fill:var(--p6)}
        svg .m{stroke:var(--bg);stroke-width:1}svg .mh{fill:var(--bg);stroke:var(--ink);stroke-width:1.3}.mx{stroke-width:2.6}.mxh{stroke:var(--ink);stroke-width:1.3}
        svg .c1{fill:var(--c1)}svg .c2{fill:var(--c2)}svg .c3{fill:var(--c3)}svg .c4{fill:var(--c4)}svg .c6{fill:var(--c6)}svg .c7{fill:var(--c7)}
        svg .c5{fill:var(--bg);stroke:var(--c3);stroke-width:.9;stroke-dasharray:2 2}
        svg .h1{fill:var(--h1)}svg .h2{fill:var(--h2)}svg .h3{fill:var(--h3)}svg .h4{fill:var(--h4)}svg .h5{fill:var(--h5)}svg .h6{fill:var(--h6)}
        svg .ev{fill:var(--bg);stroke:var(--ink);stroke-width:1}.rf{stroke:var(--ink);stroke-width:1.5}.hal{stroke:var(--bg);stroke-width:3.6}
        .sep{stroke:var(--bg);stroke-width:1}svg .tri{fill:var(--mut)}svg .ph{fill:var(--wash)}svg .tol{fill:var(--h2);fill-opacity:.6}
        svg .pt{fill:var(--ink);fill-opacity:.65}svg .po{fill:var(--bg);stroke:var(--ink);stroke-width:1.3}
        svg .emp{fill:var(--wash);stroke:var(--rule);stroke-width:1;stroke-dasharray:4 3}svg .faint{opacity:.45}

        """;

    /// <summary>Text and layout of the page.</summary>
    private const string Page = """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 var(--sans);font-variant-numeric:tabular-nums lining-nums}
        main{max-width:1296px;margin:0 auto;padding:0 24px 96px}
        a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:2px}
        code,pre{font-family:var(--mono);font-size:.9em}
        .mut{color:var(--mut)}
        header{display:flex;gap:8px 24px;align-items:baseline;padding-top:10px;font-size:12.5px;line-height:17px;color:var(--mut)}
        header b{font-weight:600;color:var(--ink)}.brand{font:600 15px/1 var(--serif);color:var(--ink)}.run{margin-left:auto;white-space:nowrap}
        h1{font:400 27px/33px var(--serif);letter-spacing:-.003em;margin:10px 0 4px;text-wrap:balance}
        h1 b{font-weight:700}.ci{color:var(--mut);font-size:.82em;white-space:nowrap}
        .status{margin:0 0 12px;font-size:13px;line-height:19px;color:var(--mut)}.status b{color:var(--ink)}
        .mid{display:grid;grid-template-columns:368px minmax(0,1fr);gap:0 36px;align-items:start}
        table{border-collapse:collapse;width:100%;font-size:12.5px;line-height:16px}
        caption{text-align:left;font-size:12px;line-height:16px;color:var(--mut);padding-bottom:5px}caption b{color:var(--ink)}
        th{font-weight:400;text-align:left}
        thead th{font-weight:600;vertical-align:bottom;border-bottom:1px solid var(--ink);padding:0 0 3px;font-size:12px}
        .u{display:block;font-weight:400;color:var(--mut);font-size:11px;white-space:nowrap}
        .trust{table-layout:fixed}.trust thead th:first-child{width:44%}.trust thead th:last-child{width:31%}.trust td,.trust th{padding:0}.trust td,.trust thead th:nth-child(n+2){text-align:right}.trust td:last-child{white-space:nowrap}
        .trust .sum th,.trust .sum td{border-top:1px solid var(--rule);padding-top:2px}.trust .sum th{font-weight:600}
        .tb svg{display:block;width:100%;margin-top:6px}
        .six thead th:nth-child(n+2){padding-left:12px}.six td{padding:3.5px 0 3.5px 12px;white-space:nowrap}.six tbody th{padding:3.5px 0;white-space:nowrap}
        .six td .n{display:inline-block;min-width:32px;text-align:right;margin-right:7px}.six .key th,.six .key .n{font-weight:700}
        .six .refrow th,.six .refrow td{color:var(--mut)}.six .first th,.six .first td{border-top:1px solid var(--rule)}
        .na,.six .key .n.na{font-style:italic;font-weight:400}sup{font-size:9px;line-height:0}
        .mk{display:inline-block;width:12px;height:12px;margin-right:7px;vertical-align:-1.5px}.st{width:68px;height:13.2px;vertical-align:-2px}
        .tn{margin:4px 0 0;font-size:11.5px;line-height:16px;color:var(--mut)}
        .why{margin:8px 0 0;font-size:12.5px;line-height:18px}
        .four{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:32px;margin-top:10px}
        figure{margin:0}.sm h3{font:600 13px/18px var(--sans);margin:0 0 4px;padding-top:5px;border-top:1px solid var(--ink)}
        .sm figcaption{font-size:12px;line-height:16px;color:var(--mut)}
        .id{font-weight:400;color:var(--mut);margin-right:4px}
        .foot{display:grid;grid-template-columns:1fr 1fr;gap:0 32px;margin-top:8px;padding-top:5px;border-top:1px solid var(--rule);font-size:12.5px;line-height:17px}.foot p{margin:0}
        h2{font:400 25px/32px var(--serif);margin:104px 0 0;padding-bottom:8px;border-bottom:1px solid var(--ink)}
        section>figure,section>.pair{display:grid;grid-template-columns:760px minmax(0,1fr);gap:0 56px;align-items:start;padding:44px 0 0}
        section>figure figcaption{font-size:14px;line-height:21px;max-width:420px}
        figcaption h3{font:600 16px/22px var(--sans);margin:0 0 10px}figcaption p{margin:0 0 8px}.src{color:var(--mut);font-size:12.5px;line-height:18px}
        .said{font:400 17px/26px var(--serif);max-width:760px;margin:24px 0 0}.said p{margin:0 0 10px}
        .art{min-width:0}
        .plain{max-width:1000px;margin-top:24px}.plain td,.plain thead th:nth-child(n+2){text-align:right;padding-left:14px}.plain td,.plain tbody th{padding-top:2.5px;padding-bottom:2.5px}
        .plain td.t,.plain thead th.t{text-align:left}
        .wide{overflow-x:auto}
        svg.fig{display:block;width:100%;height:auto;overflow:visible}section>figure svg.fig.S{display:none}
        pre{margin:0;font-size:13px;line-height:18.5px;overflow-x:auto}
        dl{display:grid;grid-template-columns:220px minmax(0,620px);gap:8px 32px;margin:28px 0 0;font-size:14px}dt{font-weight:600}dd{margin:0}
        ul{margin:20px 0 0;padding-left:18px;font-size:14px;line-height:21px;max-width:760px}
        @media screen and (max-width:1200px){.mid{grid-template-columns:minmax(0,1fr);gap:28px}.four{grid-template-columns:1fr 1fr}section>figure{grid-template-columns:minmax(0,1fr);gap:16px}
        section>figure figcaption{max-width:640px}.tb{max-width:480px}.sm svg.fig{max-width:360px}.tb svg{max-width:384px}}
        @media screen and (max-width:760px){.ci{white-space:normal}main{padding:0 16px 64px}header{flex-wrap:wrap}.run{margin-left:0;white-space:normal}h1{font-size:23px;line-height:30px}
        .four,.foot{grid-template-columns:minmax(0,1fr);gap:28px}.foot{gap:12px}section>figure svg.fig.L{display:none}section>figure svg.fig.S{display:block}svg.fig{max-width:440px}h2{margin-top:72px}
        .six thead{display:none}.six,.six tbody,.six caption{display:block}.six tr{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1px 20px;padding:9px 0;border-top:1px solid var(--hair)}
        .six tbody th{grid-column:1/3;padding:0 0 2px}.six .first th,.six .first td{border-top:0}
        .six td{display:flex;padding:1px 0;align-items:center;justify-content:flex-end}.six td::before{content:attr(data-l);margin-right:auto;white-space:normal;color:var(--mut);font-size:11px}
        .six td .n{min-width:24px;margin-right:5px}.six .st{width:56px;height:10.9px}
        pre{font-size:clamp(7.2px,calc((100vw - 34px)/44.5),13px);line-height:1.5}dl{grid-template-columns:minmax(0,1fr);gap:2px}dd{margin-bottom:10px}}
        @page{size:A4;margin:14mm}
        @page cover{size:A4 landscape;margin:9mm}
        @media print{:root{--ink:#000;--mut:#444}body{font-size:10.5pt}main{max-width:none;padding:0}.one{page:cover;zoom:.8}a{color:inherit;text-decoration:none}
        figure,tr,dt,dd{break-inside:avoid}h2{break-after:avoid;margin-top:40px}section>figure{grid-template-columns:1fr;gap:10px;padding-top:28px}
        section>figure figcaption{max-width:none;font-size:9.5pt;line-height:1.4}section>figure .art svg{max-width:146mm}pre{font-size:9pt;line-height:1.35}dl{grid-template-columns:170px 1fr}}

        """;

    /// <summary>Style sheet of a report page.</summary>
    public static string OfPage { get; } = Variables + Page + Shapes;

    /// <summary>Style sheet of a drawing that stands alone.</summary>
    public static string OfDrawing { get; } = Variables + Shapes;
}
