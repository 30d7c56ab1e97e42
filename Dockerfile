# syntax=docker/dockerfile:1
# docker build -t assize .
# A base without a shell and without a package manager; --build-arg BASE=mcr.microsoft.com/dotnet/aspnet:10.0 for one with both.
ARG BASE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

# On the machine's own processor: the compiler compiles for the other one as well.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish src/Cli -c Release -a "$TARGETARCH" -o /assize -p:RestoreLockedMode=true -p:DebugType=none \
    && mkdir /data

FROM $BASE
LABEL org.opencontainers.image.title="assize" \
      org.opencontainers.image.description="Judges the answers of language-model systems on an Orleans cluster" \
      org.opencontainers.image.licenses="MIT"
# In a container the loopback address is nobody's but its own; the base's port 8080 would only be overridden with a warning.
ENV ASPNETCORE_HTTP_PORTS= \
    Kestrel__Endpoints__Grpc__Url=http://*:7100 \
    Kestrel__Endpoints__Health__Url=http://*:7101 \
    Data=/home/app/assize
WORKDIR /app
COPY --from=build /assize .
COPY --from=build --chown=1654:1654 /data /home/app/assize
USER 1654
EXPOSE 7100 7101 11111 30000
ENTRYPOINT ["/app/assize"]
CMD ["up"]
